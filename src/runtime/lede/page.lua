--- lede.page: the worker's half of rendering. bind/worker_vm.c calls start once, bind/worker_pages.c then routes and render; all in a page VM.

local edition_module = require("lede.edition")
local gate = require("lede.gate")
local json = require("lede.json")
local memo = require("lede.memo_core")
local origin = require("lede.origin")
local output = require("lede.output")
local page_files = require("lede.page_files")
local related_hooks = require("lede.related_hooks")
local plugin = require("lede.plugin")
local template = require("lede.template")
local files = require("lede.templates")
local time = require("lede.time")
local text = require("lede.text")
local words = require("lede.words")

local M = {}

local config, registry, engine, site, timing

--- What a page may have or lack; any other name in a template is a mistake.
local PAGE_FIELDS = {
  "article", "author", "data", "items", "newer", "number", "older", "page", "path", "section", "tag", "type", "url",
}

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

--- The source of a template, the name to show for it, and the number of the list of files that it was found by.
local function find_template(name)
  page_files.watch()
  local source, shown = files.template(name, registry.plugins)
  return source, shown, page_files.watched()
end

--- ---- what the worker calls

--- What has to be right before a page is written: of a script in it, of a file. Line and words of what is not.
M.gate_script = gate.script
function M.gate_file(bytes, path) return gate.file(bytes, path, absolute("/" .. path)) end

--- Loads plugins and templates. Gives { body, body_always, excerpt, term_paths }. kept: see bind/kept_code.h; enter and
--- leave, in a preview only: bind/times.h.
function M.start(site_config, edition, root, kept, enter, leave)
  config = site_config
  local problem
  registry, problem = plugin.load(config, { side = "worker", root = root })
  if not registry then error(problem, 0) end
  site, timing = registry.site, enter and { enter = enter, leave = leave }
  registry.timing = timing
  origin.watch(page_files)
  M.edition = edition
  local t = words.translator(function(lang) return files.words(lang, registry.plugins) end, config.lang)
  engine = template.new(find_template, {
    edition = edition, site = site, -- no page's own: a partial may use them and be kept
    date = date, excerpt = excerpt, join = join, series = function(items, lang) return text.list(items, lang or config.lang) end,
    plural = function(n, lang) return text.plural(n, lang or config.lang) end, language_name = function(tag, lang) return text.language(tag, lang or config.lang) end, absolute = absolute, number = number, t = t, asset = asset,
  }, { fields = PAGE_FIELDS, used = page_files.used, kept = kept, timing = timing })
  local term_paths = {}
  for _, route in ipairs(registry.routes) do
    if route.each and route.each ~= "article" and (route.paginate or not term_paths[route.each]) then term_paths[route.each] = route.path end
  end
  return {
    body = require("lede.body").maker(config, registry),
    directives = registry.has_directives,
    body_always = registry:has("markdown.node") or registry:has("html.transform"),
    excerpt = registry:has("excerpt") and function(article, cut) return registry:fold("excerpt", article, cut) end or nil,
    related = related_hooks.of(registry, edition),
    term_paths = term_paths,
  }
end

--- What an article is compared by, where plugins have a say.
function M.fields(article) return related_hooks.fields(registry, article) end

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
  return routes
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
    if timing then timing.enter(("route %s of %s"):format(route.name, route.plugin)) end
    bytes = route.render(page)
    if timing then timing.leave() end
  else
    local ok, message = pcall(engine.render, engine, route.template, page)
    if not ok then error(engine:explain(message) .. engine:way(), 0) end
  end
  if registry:has("page.after") then bytes = registry:fold("page.after", page, bytes and tostring(bytes) or output.take()) end
  return bytes and tostring(bytes) or nil
end

return M
