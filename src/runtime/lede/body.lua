--- lede.body: a body as HTML, the way that needs Lua: tags of other tools, directives, hooks. Bodies without any of them are
--- rendered by C alone (bind/body.c), by the same rules.

local directive = require("lede.directive")
local html = require("lede.html")
local log = require("lede.log")
local markdown = require("lede.markdown")
local tags = require("lede.tags")

local M = {}

local NESTING_MAX = 100

--- The name of the tag that this one opens or closes: {% endnote %} closes note.
local function name_of(tag)
  local base = tag.liquid and tag.name:match("^end(.+)$") or nil
  return base or tag.name, tag.closing or base ~= nil
end

--- How many ends there are of each name: a tag whose end never comes opens nothing.
local function count_ends(pieces)
  local ends = {}
  for _, piece in ipairs(pieces) do
    if type(piece) == "table" then
      local name, closes = name_of(piece)
      if closes then ends[name] = (ends[name] or 0) + 1 end
    end
  end
  return ends
end

--- The replacement of a body's tags. Pairs {{< note >}} … {{< /note >}} nest; what nobody knows is left out, its inside kept.
---@param registry lede.Registry
function M.replace_tags(body, registry, article)
  local pieces = tags.split(body)
  local ends, unknown = count_ends(pieces), {}
  local stack = { { parts = {} } }
  local function append(s)
    local parts = stack[#stack].parts
    parts[#parts + 1] = s
  end
  local function answer(tag, inner)
    local known = registry.shortcodes[tag.name]
    if not known then
      unknown[tag.name] = (unknown[tag.name] or 0) + 1
      return inner or ""
    end
    return known.fn(tag.args, inner, article) or ""
  end
  local function close(name)
    local at
    for i = #stack, 2, -1 do
      if stack[i].tag.name == name then
        at = i
        break
      end
    end
    if not at then return end
    while #stack >= at do -- what was opened inside and never closed has no inside of its own
      local entry = table.remove(stack)
      local inner = table.concat(entry.parts)
      append(#stack + 1 == at and answer(entry.tag, inner) or answer(entry.tag) .. inner)
    end
  end
  for _, piece in ipairs(pieces) do
    if type(piece) == "string" then
      append(piece)
    else
      local name, closes = name_of(piece)
      if closes then
        ends[name] = ends[name] - 1
        close(name)
      elseif not piece.self_closing and (ends[name] or 0) > 0 and #stack < NESTING_MAX then
        stack[#stack + 1] = { tag = piece, parts = {} }
      else
        append(answer(piece))
      end
    end
  end
  while #stack > 1 do
    local entry = table.remove(stack)
    append(answer(entry.tag) .. table.concat(entry.parts))
  end
  for name, count in pairs(unknown) do log.note { kind = "shortcode", name = name, count = count, file = article.path or article.url } end
  return table.concat(stack[1].parts)
end

--- ---- directives

--- Functions by name, as lede.markdown asks them. stand_in(html), when given, says what takes the place of their HTML.
local function answerers(registry, article, note, stand_in)
  local by_name = {}
  for name, known in pairs(registry.directives) do
    by_name[name] = function(d)
      local ok, answer, wrong = pcall(directive.answer, known.definition, d, article)
      if not ok then error(("plugin %s, directive %s: %s"):format(known.plugin, name, tostring(answer)), 0) end
      if answer == nil then
        note { kind = "directive", name = name, line = d.line, message = wrong or "it gave nothing" }
        return nil
      end
      return stand_in and stand_in(answer) or answer
    end
  end
  return by_name
end

--- A private character around the number of a directive's HTML: raw HTML is cleaned around it, then it is put back.
local MARK = "\u{F8FF}"

--- Cleans what the author wrote, not what plugins made of it. When somebody else wrote the mark too, everything is cleaned.
local function clean_around(text, made, policy)
  local marks = select(2, text:gsub(MARK, ""))
  local clean = tostring(assert(html.sanitise(text, policy)))
  if #made == 0 or marks ~= #made * 2 then
    return (clean:gsub(MARK .. "(%d+)" .. MARK, "")), marks ~= #made * 2
  end
  for _ = 1, #made do -- a directive may stand within another
    local found
    clean, found = clean:gsub(MARK .. "(%d+)" .. MARK, function(n) return made[tonumber(n)] end)
    if found == 0 then break end
  end
  return clean
end

---@param config table of the site
---@param registry lede.Registry of the worker
---@return fun(article: table): lede.Safe
function M.maker(config, registry)
  local mode = config.markdown.html
  local policy = { policy = "owner", in_page = true, data_images = true, iframe_hosts = config.markdown.iframe_hosts }
  local typography = config.markdown.extensions.typography ~= false

  local function options_for(article, note, stand_in)
    return {
      in_page = true, unsafe = mode == "keep", raw_html = mode == "sanitise", extensions = config.markdown.extensions,
      language = typography and article.lang or nil, directives = answerers(registry, article, note, stand_in), on_note = note,
      pictures = article,
    }
  end

  local function rendered(body, article, options)
    if not registry:has("markdown.node") then return markdown.render(body, options) end
    local doc, err = markdown.parse(body, options)
    if not doc then return nil, err end
    doc:walk(function(node, entering)
      for _, handler in ipairs(registry.handlers["markdown.node"]) do handler.fn(node, article, entering) end
    end)
    local text, wrong = doc:render()
    return text, text and doc:saw_html() or wrong
  end

  return function(article)
    local body = article.body
    local said = false -- the second reading has nothing new to say
    local function note(n)
      if not said then log.note { kind = n.kind, name = n.name, count = 1, file = article.path or article.url, line = n.line, message = n.message } end
    end
    if tags.present(body) then body = M.replace_tags(body, registry, article) end
    local text, saw = rendered(body, article, options_for(article, note))
    if not text then error(tostring(saw), 0) end
    if saw and mode == "sanitise" then
      local made = {}
      said = true
      text = assert(rendered(body, article, options_for(article, note, function(answer)
        made[#made + 1] = tostring(answer)
        return MARK .. #made .. MARK
      end)))
      text = html.safe((clean_around(tostring(text), made, policy)))
    end
    if registry:has("html.transform") then text = html.safe(registry:pipe("html.transform", tostring(text), article)) end
    return text
  end
end

return M
