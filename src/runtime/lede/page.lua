--- lede.page: the worker's half of rendering. bind/worker.c calls start once, then routes and render; all in a page VM.

local edition_module = require("lede.edition")
local json = require("lede.json")
local log = require("lede.log")
local memo = require("lede.memo_core")
local output = require("lede.output")
local plugin = require("lede.plugin")
local tags = require("lede.tags")
local template = require("lede.template")
local files = require("lede.templates")
local time = require("lede.time")
local text = require("lede.text")

local M = {}

local config, registry, engine, site, words

--- What a page may have or lack; any other name in a template is a mistake.
local PAGE_FIELDS = {
  "article", "author", "data", "items", "newer", "number", "older", "page", "path", "section", "tag", "type", "url",
}

--- t(key, lang): a string of the i18n files: the site's, then each plugin's; English when the language has none.
local function translator(load_words)
  local by_lang = {}
  local function of(lang)
    local found = by_lang[lang]
    if found then return found end
    found = load_words(lang)
    by_lang[lang] = found
    local base = lang:match("^%a+") or "en"
    local next_lang = base ~= lang and base or lang ~= "en" and "en" or nil
    return setmetatable(found, { __index = next_lang and of(next_lang) or function(_, key) return key end })
  end
  return function(key, lang)
    lang = lang or config.lang
    return (by_lang[lang] or of(lang))[key]
  end
end

--- Every table of strings for a language, the first of them wins.
local function load_words(lang)
  local merged = {}
  for _, source in ipairs(files.words(lang, registry.plugins)) do
    local chunk, message = load(source.text, "@" .. source.shown, "t", {})
    if not chunk then error(message, 0) end
    for key, value in pairs(chunk()) do
      if merged[key] == nil then merged[key] = value end
    end
  end
  return merged
end

local function absolute(url)
  if url:byte() == 47 then return config.base_url .. url end -- a slash: nearly all of them
  if url:find("^%a[%w+.-]*:") then return url end
  return config.base_url .. "/" .. url
end

local function excerpt(value, length, ellipsis)
  if type(value) == "userdata" then
    if not length then return value.excerpt end
    value = value.lead
  end
  return text.excerpt(value or "", length or config.excerpt.length, ellipsis or config.excerpt.ellipsis)
end

--- Texts of instants by language, style and instant: the same dates stand in many lists. Bounded.
local dates, date_count = {}, 0

local function known_dates(lang, style)
  if date_count > 20000 then dates, date_count = {}, 0 end
  local of_lang = dates[lang] or {}
  dates[lang] = of_lang
  local known = of_lang[style] or {}
  of_lang[style] = known
  return known
end

local function date(t, style, lang)
  if not t then return nil end
  if style == "iso" and type(t) == "number" then return time.rfc3339(t, config.timezone) end
  lang, style = lang or config.lang, style or "long"
  local known = known_dates(lang, style)
  local found = known[t]
  if found then return found end
  local instant = type(t) == "string" and assert(time.parse(t, { zone = config.timezone })) or t
  found = time.format(instant, style, { lang = lang, zone = config.timezone })
  known[t] = found
  date_count = date_count + 1
  return found
end

local function join(list, separator)
  local parts = {}
  for i, item in ipairs(list) do parts[i] = tostring(item) end
  return table.concat(parts, separator or ", ")
end

--- 1234567 as the language groups it.
local function number(n, lang) return text.number(n, lang or config.lang) end

--- The address of a plugin's file, by its path or its last part.
local addresses = {}

local function asset(name)
  local found = addresses[name]
  if found then return found end
  for _, entry in ipairs(registry.assets) do
    local path = "/" .. entry.path
    if path == name or path:match("[^/]+$") == name then
      addresses[name] = path
      return path
    end
  end
  error(("asset: no plugin has a file '%s'"):format(name), 2)
end

--- ---- bodies with hooks or with tags that other tools left

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
local function replace_tags(body, article)
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

local function make_body(article)
  local markdown = require("lede.markdown")
  local body = article.body
  if tags.present(body) then body = replace_tags(body, article) end
  local options = { unsafe = config.markdown.html == "keep", pictures = article }
  local html
  if registry:has("markdown.node") then
    local doc = assert(markdown.parse(body, options))
    doc:walk(function(node, entering)
      for _, handler in ipairs(registry.handlers["markdown.node"]) do handler.fn(node, article, entering) end
    end)
    html = assert(doc:render())
  else
    html = assert(markdown.render(body, options))
  end
  if registry:has("html.transform") then html = require("lede.html").safe(registry:pipe("html.transform", tostring(html), article)) end
  return html
end

--- ---- what the worker calls

--- Loads plugins and templates. Gives { body, body_always, excerpt, term_paths }.
function M.start(site_config, edition, root)
  config = site_config
  local problem
  registry, problem = plugin.load(config, { side = "worker", root = root })
  if not registry then error(problem, 0) end
  site = registry.site
  M.edition = edition
  words = translator(load_words)
  engine = template.new(function(name) return files.template(name, registry.plugins) end, {
    edition = edition, site = site, -- no page's own: a partial may use them and be kept
    date = date, excerpt = excerpt, join = join, series = function(items, lang) return text.list(items, lang or config.lang) end,
    plural = function(n, lang) return text.plural(n, lang or config.lang) end, language_name = function(tag, lang) return text.language(tag, lang or config.lang) end, absolute = absolute, number = number, t = words, asset = asset,
  }, PAGE_FIELDS)
  local term_paths = {}
  for _, route in ipairs(registry.routes) do
    if route.each and route.each ~= "article" and (route.paginate or not term_paths[route.each]) then term_paths[route.each] = route.path end
  end
  local hooks = registry:has("markdown.node") or registry:has("html.transform")
  return {
    body = make_body,
    body_always = hooks,
    excerpt = registry:has("excerpt") and function(article, cut) return registry:fold("excerpt", article, cut) end or nil,
    term_paths = term_paths,
  }
end

--- What pages there are, as data for the desk.
function M.routes()
  local routes = json.array {}
  for i, route in ipairs(registry.routes) do
    local pages
    if route.pages then
      pages = json.array {}
      for k, page in ipairs(route.pages(edition_module)) do pages[k] = { path = page.path, data = page.data } end
    end
    routes[i] = { name = route.name, plugin = route.plugin, each = route.each, path = route.path, paginate = route.paginate, pages = pages }
  end
  local assets = json.array {}
  for i, entry in ipairs(registry.assets) do
    assets[i] = { path = entry.path, file = files.asset(entry.plugin, entry.name) }
  end
  return { routes = routes, assets = assets }
end

--- Articles of a list page, newest first; ARCHITECTURE.md section 5, "Lists".
local function items_of(page, query, archive, size)
  if archive == 0 then
    query.limit = math.max(size, 1)
    return page.edition:articles(query)
  end
  query.order, query.offset, query.limit = "oldest", (archive - 1) * size, size
  local items = page.edition:articles(query)
  for i = 1, #items // 2 do items[i], items[#items + 1 - i] = items[#items + 1 - i], items[i] end
  return items
end

local function paginate(page, route, url, archive, archives, size)
  local query = {}
  if route.each and route.each ~= "article" then query[route.each] = page[route.each] end
  page.items = size > 0 and items_of(page, query, archive, size) or {}
  local front = archive == 0 and url or url:gsub("page/%d+/$", "")
  local function at(k) return front .. "page/" .. k .. "/" end
  if archive == 0 then
    page.older = archives > 0 and at(archives) or nil
  else
    page.number = archive
    page.older = archive > 1 and at(archive - 1) or nil
    page.newer = archive < archives and at(archive + 1) or front
  end
end

--- A field that is given later may be one that a kept partial found missing.
local page_class = {}
page_class.__index = page_class
page_class.absolute = absolute
function page_class.__newindex(page, name, value)
  rawset(page, name, value)
  memo.changed()
end

--- Makes one page. Gives its bytes, or nil when they stand in the VM's output.
function M.render(route_number, item, url, path, archive, archives, size, data)
  local route = registry.routes[route_number + 1]
  local page = { url = url, path = path, site = site, edition = M.edition, type = route.type or route.name }
  if route.each then
    page[route.each] = item
    if url == "" then page.url = item.url end
  end
  if data ~= "" then page.data = json.decode(data) end
  if route.paginate then paginate(page, route, page.url, archive, archives, size) end
  page.page = page
  setmetatable(page, page_class)
  if registry:has("page.before") then registry:pipe("page.before", page) end
  output.start()
  local bytes
  if route.render then
    bytes = route.render(page)
  else
    local ok, message = pcall(engine.render, engine, route.template, page)
    if not ok then error(engine:explain(message), 0) end
  end
  if registry:has("page.after") then bytes = registry:fold("page.after", page, bytes and tostring(bytes) or output.take()) end
  return bytes and tostring(bytes) or nil
end

return M
