--- plugins.shortcodes: what bodies written for Hugo and Jekyll hold besides Markdown, as Markdown.
---
--- A function gets the tag's arguments, what stands between it and its end (nil when it has none) and the article.

local arguments = require("plugins.shortcodes.arguments")

--- Text that is safe inside […] of a link or image.
local function label(s) return (s:gsub("[%[%]\\]", "\\%0"):gsub("%s+", " ")) end

--- A destination for (…): the pointed form when it needs one.
local function target(s)
  if s:find("[%s()<>]") then return "<" .. s:gsub("[<>\n]", "") .. ">" end
  return s
end

local function picture(args)
  local a = arguments.parse(args)
  local src = a.src or a.image or a[1]
  if not src then return "" end
  if not src:find("^%a+:") and src:sub(1, 1) ~= "/" then src = "/" .. src end
  local alt = a.alt or a[2] or a.caption or ""
  local image = ("![%s](%s)"):format(label(alt), target(src))
  if a.caption and a.caption ~= "" and a.caption ~= alt then return image .. "\n*" .. label(a.caption) .. "*\n" end
  return image
end

local function link_to(pattern, name)
  return function(args)
    local a = arguments.parse(args)
    local id = a.id or a.src or a[#a] or a[1]
    if not id then return "" end
    return ("[%s](%s)"):format(label(a.title or name), target(pattern:format(id)))
  end
end

--- The inside is what matters; the box around it is a theme's.
local function inside(_, inner) return inner and "\n" .. inner .. "\n" or "" end

local function quote(args, inner)
  local a = arguments.parse(args)
  local text = (inner or a.text or a.quote or a[1] or ""):gsub("^%s+", ""):gsub("%s+$", "")
  if text == "" then return "" end
  return "\n\n> " .. text:gsub("\n", "\n> ") .. "\n\n"
end

local function code(args, inner)
  local a = arguments.parse(args)
  return ("\n```%s\n%s\n```\n"):format((a[1] or ""):gsub("[^%w+-]", ""), (inner or ""):gsub("^\n", ""):gsub("\n$", ""))
end

--- "posts/2014-01-20-a-piece.md" -> the address of that article; the words around it stay a link to nowhere otherwise.
local function reference(args)
  local a = arguments.parse(args)
  local name = a.path or a[1]
  if not name then return "" end
  local path, anchor = name:match("^([^#]*)(#?.*)$")
  local found = lede.edition:article(path) or lede.edition:article("/" .. path:gsub("^/", ""):gsub("%.md$", ""):gsub("/*$", "/"))
  return found and found.url .. anchor or "/" .. path:gsub("^/", ""):gsub("%.md$", "") .. anchor
end

local function file(args)
  local a = arguments.parse(args)
  local src = a.src or a.file or a.url or a[1]
  if not src then return "" end
  if not src:find("^%a+:") and src:sub(1, 1) ~= "/" then src = "/" .. src end
  if a.text or a.title then return ("[%s](%s)"):format(label(a.text or a.title), target(src)) end
  return src
end

--- {{ site.baseurl }} and {{ "/x" | url }}; what else a template language can say is not for a reader.
local function expression(args)
  local text = args:match("^[\"']([^\"']*)[\"']")
  if text then return text end
  return ""
end

local function nothing() return "" end

return {
  name = "shortcodes",
  version = "0.1.0",
  lede = ">=0.1 <1",

  apply = function(site)
    for _, name in ipairs { "img", "figure", "image", "image_with_class", "img-right", "img-left", "legacy-img", "legacy-img-right", "legacy-img-left" } do
      site:shortcode(name, picture)
    end
    site:shortcode("youtube", link_to("https://www.youtube.com/watch?v=%s", "Video"))
    site:shortcode("vimeo", link_to("https://vimeo.com/%s", "Video"))
    site:shortcode("tweet", link_to("https://twitter.com/i/status/%s", "Post"))
    site:shortcode("fb-video", link_to("%s", "Video"))
    for _, name in ipairs { "ref", "relref", "link" } do site:shortcode(name, reference) end
    for _, name in ipairs { "note", "box", "card-prompt", "unless", "if", "for" } do site:shortcode(name, inside) end
    site:shortcode("quote-block", quote)
    site:shortcode("highlight", code)
    for _, name in ipairs { "asset-static", "legacy-file" } do site:shortcode(name, file) end
    for _, name in ipairs { "comment", "include", "assign", "tmp", "else" } do site:shortcode(name, nothing) end
    site:shortcode("{{", expression)
  end,
}
