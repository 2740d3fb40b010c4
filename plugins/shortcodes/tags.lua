--- plugins.shortcodes.tags: one function a kind of tag: fn(args, inner, article) -> Markdown.

local arguments = require("plugins.shortcodes.arguments")
local references = require("plugins.shortcodes.references")

local M = {}

--- Text that is safe inside […] of a link or image.
local function label(s) return (s:gsub("[%[%]\\`*_<]", "\\%0"):gsub("%s+", " ")) end

--- A destination for (…): the pointed form when it needs one.
local function target(s)
  if s:find("[%s()<>]") then return "<" .. s:gsub("[<>\n\r]", "") .. ">" end
  return s
end

local function rooted(path)
  if path:find("^%a[%w+.-]*:") or path:sub(1, 1) == "/" then return path end
  return "/" .. path
end

local function trim(s) return (s:match("^%s*(.-)%s*$")) end

local function image(src, alt, caption)
  local markdown = ("![%s](%s)"):format(label(alt or caption or ""), target(rooted(src)))
  if caption and caption ~= "" and caption ~= alt then markdown = markdown .. "\n" .. trim(caption):gsub("%s*\n%s*", " ") .. "\n" end
  return markdown
end

--- {{< img src= alt= caption= >}}, {% image "src" "alt" %}
function M.image(args)
  local a = arguments.parse(args)
  local src = a.src or a.image or a[1]
  if not src or src == "" then return "" end
  return image(src, a.alt or a[2] or a.title, a.caption)
end

--- {% image_with_class "src" "class" "alt" %}
function M.image_with_class(args)
  local a = arguments.parse(args)
  if not a[1] or a[1] == "" then return "" end
  return image(a[1], a[3] or "")
end

--- A partial of the site's old theme; only what is known to be a picture leaves something.
function M.include(args)
  local a = arguments.parse(args)
  if a.image and a.image ~= "" then return image(a.image, a.alt, a.caption) end
  return ""
end

--- Makes a function for players and posts of other sites: a plain link. choose(a) gives the address.
local function link_by(name, choose)
  return function(args)
    local a = arguments.parse(args)
    local url = choose(a)
    if not url then return "" end
    return ("[%s](%s)"):format(label(a.title or name), target(url))
  end
end

local function address_of(pattern, id)
  if not id or id == "" then return nil end
  if id:find("^https?:") then return id end
  return pattern .. id
end

M.youtube = link_by("Video", function(a) return address_of("https://www.youtube.com/watch?v=", a.id or a[1]) end)
M.vimeo = link_by("Video", function(a) return address_of("https://vimeo.com/", a.id or a[1]) end)
M.facebook = link_by("Video", function(a) return address_of("https://www.facebook.com/", a.href or a.url or a[1]) end)
M.tweet = link_by("Post", function(a)
  if a.id then return ("https://twitter.com/%s/status/%s"):format(a.user or "i", a.id) end
  return address_of("https://twitter.com/i/status/", a[2] or a[1])
end)

--- {{< ref "file.md" >}} stands where an address does: nothing makes a link without one, which is text.
function M.reference(args)
  local a = arguments.parse(args)
  local name = a.path or a[1]
  return name and references.find(lede.edition, name) or ""
end

--- The inside is what matters; the box around it was the theme's.
function M.inside(_, inner) return inner and "\n\n" .. trim(inner) .. "\n\n" or "" end

--- Within a sentence.
function M.within(args, inner)
  local language = arguments.parse(args)[1]
  if not inner then return "" end
  if not language then return inner end
  return ("\n\n```%s\n%s\n```\n\n"):format(language:gsub("[^%w+#-]", ""), (inner:gsub("^\r?\n", ""):gsub("\r?\n$", "")))
end

--- {{< card-prompt intro= button-text= button-url= >}}inside{{< /card-prompt >}}
function M.prompt(args, inner)
  local a = arguments.parse(args)
  local parts = { a.intro, inner and trim(inner) }
  if a["button-text"] and a["button-url"] then parts[#parts + 1] = ("[%s](%s)"):format(label(a["button-text"]), target(a["button-url"])) end
  local present = {}
  for i = 1, 3 do
    if parts[i] and parts[i] ~= "" then present[#present + 1] = parts[i] end
  end
  return #present > 0 and "\n\n" .. table.concat(present, "\n\n") .. "\n\n" or ""
end

--- {{< quote-block text= cite= >}}
function M.quote(args, inner)
  local a = arguments.parse(args)
  local text = trim(inner or a.text or a.quote or a[1] or "")
  if text == "" then return "" end
  local lines = "> " .. text:gsub("\n", "\n> ")
  if a.cite and a.cite ~= "" then lines = lines .. "\n>\n> — " .. trim(a.cite):gsub("%s*\n%s*", " ") end
  return "\n\n" .. lines .. "\n\n"
end

--- {{< legacy-file "path" >}} is an address; with a label it is a link.
function M.file(args)
  local a = arguments.parse(args)
  local src = a.src or a.file or a.url or a[1]
  if not src or src == "" then return "" end
  local text = a.label or a.text or a.title
  if text then return ("[%s](%s)"):format(label(text), target(rooted(src))) end
  return rooted(src)
end

local function person(slug) return (slug:gsub("%-", " "):gsub("%f[%w]%l", string.upper)) end

--- What a Liquid filter makes of a text; a filter that is not here leaves nothing.
local filters = {
  url = function(text) return text end,
  relative_url = function(text) return text end,
  absolute_url = function(text) return text end,
  prepend = function(text) return text end,
  append = function(text) return text end,
  team_link = person,
  embed = function(text, args)
    local title = args:match("^%s*:?%s*[\"'](.*)[\"']%s*$") or "Video"
    return ("[%s](%s)"):format(label(title), target((text:gsub("youtube%-nocookie%.com/embed/", "youtube.com/watch?v="))))
  end,
}

--- {{ "/x" | url }}; a variable ({{ site.baseurl }}) is nothing: the site's addresses begin at its root.
function M.expression(args)
  local _, text, rest = args:match("^([\"'])(.-)%1%s*(.*)$")
  if not text then return "" end
  if rest == "" then return text end
  local name, options = rest:match("^|%s*([%w_]+)(.*)$")
  local filter = filters[name]
  return filter and filter(text, options) or ""
end

function M.nothing() return "" end

return M
