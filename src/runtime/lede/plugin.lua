--- lede.plugin: loads the plugins of a site into this VM and keeps what they register.
---
--- A plugin that cannot be loaded stops the publication, by name: a site without its layout must not go live. A handler that
--- raises while pages are made is the error of that page or article alone.

local directive = require("lede.directive")
local feed = require("lede.feed")
local origin = require("lede.origin")
local suggest = require("lede.suggest")

local M = {}

M.version = "0.1.0"

--- Hooks by the side they run on; ARCHITECTURE.md section 4.
M.hooks = {
  desk = { "config", "ingest.map", "article.validate", "article.saved", "edition.prepare", "publish.planned", "publish.released", "deliver", "serve.request" },
  worker = { "routes", "markdown.node", "html.transform", "excerpt", "related.fields", "related.score", "related.rerank", "related.replace", "page.before", "page.after", "feed.item" },
}

local side_of, all_hooks = {}, {}
for _, side in ipairs { "desk", "worker" } do
  for _, name in ipairs(M.hooks[side]) do
    side_of[name] = side
    all_hooks[#all_hooks + 1] = name
  end
end

local EACH = { article = true, section = true, tag = true, author = true }
local ROUTE_KEYS = { name = "string", each = "string", path = "string", render = "function", template = "string", type = "string", paginate = "number", pages = "function" }

--- "0.1.2" as a number that compares.
local function number_of(version)
  local a, b, c = version:match("^(%d+)%.?(%d*)%.?(%d*)$")
  return a and tonumber(a) * 1000000 + (tonumber(b) or 0) * 1000 + (tonumber(c) or 0)
end

--- Whether version satisfies a range like ">=0.1 <1".
function M.satisfies(version, range)
  local mine = number_of(version)
  for op, wanted in range:gmatch("([<>=]*)%s*([%d.]+)") do
    local n = number_of(wanted)
    if not n then return false end
    local holds = (op == ">=" and mine >= n) or (op == ">" and mine > n) or (op == "<=" and mine <= n) or (op == "<" and mine < n) or ((op == "=" or op == "") and mine == n)
    if not holds then return false end
  end
  return true
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

--- options over defaults; a key that the defaults do not have is an error. Lists and free tables (empty defaults) are replaced.
local function merge(defaults, options, path)
  local out = {}
  for key, value in pairs(defaults) do out[key] = value end
  for _, key in ipairs(sorted_keys(options)) do
    local default, value = defaults[key], options[key]
    local here = path .. "." .. tostring(key)
    if default == nil then
      return nil, ("%s: there is no such option.%s"):format(here, suggest.hint(key, sorted_keys(defaults)))
    end
    if type(default) ~= type(value) and not (type(default) == "boolean" and type(value) == "table") then
      return nil, ("%s: expected %s, got %s"):format(here, type(default), type(value))
    end
    if type(default) == "table" and #default == 0 and #sorted_keys(default) > 0 then
      local merged, message = merge(default, value, here)
      if not merged then return nil, message end
      value = merged
    end
    out[key] = value
  end
  return out
end
M.merge = merge

local function check_plugin(plugin, name)
  if type(plugin) ~= "table" then return nil, "init.lua returns a table: return { name = …, apply = function(site, options) … end }" end
  if plugin.name ~= name then return nil, ("its name is '%s', its folder's '%s'"):format(tostring(plugin.name), name) end
  if type(plugin.apply) ~= "function" then return nil, "it has no apply function" end
  if plugin.needs and type(plugin.needs) ~= "table" then return nil, "needs is a list of names of plugins" end
  if plugin.lede and not M.satisfies(M.version, plugin.lede) then
    return nil, ("it was written for lede %s, this is %s"):format(plugin.lede, M.version)
  end
  return true
end

--- A table, or what a function makes of the configuration: options may follow what lede.lua says for many plugins at once.
local function defaults_of(plugin, config)
  if type(plugin.defaults) == "function" then return plugin.defaults(config) end
  return plugin.defaults or {}
end

---@class lede.Registry
local Registry = {}
Registry.__index = Registry

--- Runs the handlers of a hook in order of priority. A handler that raises is reported by plugin and hook; the others run.
--- Gives a list of { plugin, value } of those that gave something.
function Registry:run(hook, ...)
  local answers = {}
  for _, handler in ipairs(self.handlers[hook] or {}) do
    local ok, value = pcall(handler.fn, ...)
    if not ok then
      self.report(("plugin %s, hook %s: %s"):format(handler.plugin, hook, tostring(value)), handler.plugin, hook)
    elseif value ~= nil then
      answers[#answers + 1] = { plugin = handler.plugin, value = value }
    end
  end
  return answers
end

--- What plugins give pages from the desk's world: edition.prepare of each, by plugin. What stands in `parts` of an answer has keys
--- of its own, "plugin/part", so that a page relies on no more than it asks for.
--- context.look: for a plan or a preview, which change nothing on disk.
---@param context { store: string, search: string, kept: string, at: integer|nil, look: boolean|nil, progress: boolean|nil }
---@return table
function Registry:prepared(context)
  local data = {}
  for _, answer in ipairs(self:run("edition.prepare", context)) do
    local value = answer.value
    for name, part in pairs(type(value) == "table" and type(value.parts) == "table" and value.parts or {}) do
      data[answer.plugin .. "/" .. name] = part
    end
    if type(value) == "table" then value.parts = nil end
    data[answer.plugin] = value
  end
  return data
end

--- pcall of a handler; a preview wants to know how long it takes.
local function call(registry, hook, handler, ...)
  local timing = registry.timing
  if not timing then return pcall(handler.fn, ...) end
  timing.enter(("hook %s of %s"):format(hook, handler.plugin))
  local ok, result = pcall(handler.fn, ...)
  timing.leave()
  return ok, result
end

--- Hands a value through the handlers of a hook; each may give another one.
function Registry:pipe(hook, value, ...)
  for _, handler in ipairs(self.handlers[hook] or {}) do
    local ok, changed = call(self, hook, handler, value, ...)
    if not ok then error(("plugin %s, hook %s: %s"):format(handler.plugin, hook, tostring(changed)), 0) end
    if changed ~= nil then value = changed end
  end
  return value
end

--- The same for hooks whose handlers take what it is about first: fn(subject, value).
function Registry:fold(hook, subject, value)
  for _, handler in ipairs(self.handlers[hook] or {}) do
    local ok, changed = call(self, hook, handler, subject, value)
    if not ok then error(("plugin %s, hook %s: %s"):format(handler.plugin, hook, tostring(changed)), 0) end
    if changed ~= nil then value = changed end
  end
  return value
end

function Registry:has(hook) return self.handlers[hook] ~= nil end

--- Whether a plugin listens to a hook of the other side.
function Registry:has_elsewhere(hook) return self.elsewhere[hook] ~= nil end

local function check_route(route)
  if type(route) ~= "table" then error("site:route takes a table", 3) end
  for key, value in pairs(route) do
    local wanted = ROUTE_KEYS[key]
    if not wanted then error(("site:route: there is no key '%s'.%s"):format(tostring(key), suggest.hint(key, sorted_keys(ROUTE_KEYS))), 3) end
    if type(value) ~= wanted then error(("site:route: %s: expected %s, got %s"):format(key, wanted, type(value)), 3) end
  end
  if route.each and not EACH[route.each] then error(("site:route: each = '%s' is none of article, section, tag, author"):format(route.each), 3) end
  if not route.render and not route.template then error("site:route: it needs render or template", 3) end
  if not route.path and route.each ~= "article" and not route.pages then error("site:route: it needs a path", 3) end
  if route.path and route.each == "article" then
    if not route.path:find("^/?[^:]*:url/?[^:]*$") then error("site:route: a path for articles is the article's own with something around it: \"/print:url/\", \":url/data.json\"", 3) end
  elseif route.path and route.path:sub(1, 1) ~= "/" then error(("site:route: path begins with '/': %s"):format(route.path), 3) end
  if route.path and route.each and route.each ~= "article" and not route.path:find(":slug", 1, true) then error("site:route: a path for terms holds :slug", 3) end
end

local TARGET_KEYS = { name = "string", send = "function", at_once = "number", pause = "number", timeout = "number" }

local function check_target(target)
  if type(target) ~= "table" or not target.name or not target.send then error("site:target takes a table with name and send", 3) end
  for key, value in pairs(target) do
    local wanted = TARGET_KEYS[key]
    if not wanted then error(("site:target: there is no key '%s'.%s"):format(tostring(key), suggest.hint(key, sorted_keys(TARGET_KEYS))), 3) end
    if type(value) ~= wanted then error(("site:target: %s: expected %s, got %s"):format(key, wanted, type(value)), 3) end
  end
end

--- What plugins get as `site`.
local function site_for(registry, config, current)
  local site = { title = config.title, base_url = config.base_url, lang = config.lang, description = config.description, config = config }

  function site.route(_, route)
    check_route(route)
    route.plugin, route.name = current.name, route.name or current.name
    registry.routes[#registry.routes + 1] = route
  end

  function site.on(_, hook, fn, options)
    local side = side_of[hook]
    if not side then error(("site:on: there is no hook '%s'.%s"):format(tostring(hook), suggest.hint(hook, all_hooks)), 2) end
    if type(fn) ~= "function" then error("site:on takes a hook and a function", 2) end
    if side ~= registry.side then
      registry.elsewhere[hook] = true
      return
    end
    local list = registry.handlers[hook] or {}
    registry.handlers[hook] = list
    list[#list + 1] = { fn = fn, plugin = current.name, priority = options and options.priority or 50, order = #list + 1 }
    table.sort(list, function(a, b)
      if a.priority ~= b.priority then return a.priority < b.priority end
      return a.order < b.order
    end)
  end

  function site.shortcode(_, name, fn)
    if type(name) ~= "string" or type(fn) ~= "function" then error("site:shortcode takes a name and a function", 2) end
    registry.shortcodes[name] = { fn = fn, plugin = current.name }
  end

  function site.directive(_, name, definition)
    directive.check(name, definition)
    registry.directives[name], registry.has_directives = { definition = definition, plugin = current.name }, true
  end

  --- Somewhere that what is published is told to. send(row) delivers a row of the outbox; see lede.deliver.
  function site.target(_, target)
    check_target(target)
    registry.targets[current.name] = registry.targets[current.name] or {}
    registry.targets[current.name][target.name] = target
  end

  function site.asset(_, path, file)
    if type(path) ~= "string" or path:sub(1, 1) ~= "/" then error("site:asset takes a path that begins with '/' and a file of the plugin", 2) end
    registry.assets[#registry.assets + 1] = { path = path:sub(2), plugin = current.name, name = file }
  end

  return setmetatable(site, {
    __index = function(_, key)
      if key == "name" then return current.name end
      error(("site has no '%s'"):format(tostring(key)), 2)
    end,
  })
end

--- Loads a plugin, after those that it needs; a site need not name those. Gives true, or nil and what is wrong.
local function add(registry, config, current, listed, name)
  if registry.has_plugin[name] then return true end
  registry.has_plugin[name] = true
  local ok, plugin = pcall(require, "plugins." .. name)
  if not ok then return nil, ("plugin '%s' cannot be loaded: %s"):format(name, tostring(plugin)) end
  local good, message = check_plugin(plugin, name)
  if not good then return nil, ("plugin '%s': %s"):format(name, message) end
  for _, other in ipairs(plugin.needs or {}) do
    good, message = add(registry, config, current, listed, other)
    if not good then return nil, message end
  end
  local merged, problem = merge(defaults_of(plugin, config), listed[name] or {}, "plugins." .. name)
  if not merged then return nil, "lede.lua: " .. problem end
  current.name = name
  local applied, why = pcall(plugin.apply, registry.site, merged)
  if not applied then return nil, ("plugin '%s', apply: %s"):format(name, tostring(why)) end
  registry.plugins[#registry.plugins + 1] = { name = name, version = plugin.version, options = merged }
  return true
end

---@class lede.PluginOptions
---@field side "desk"|"worker"
---@field report? fun(message: string, plugin: string, hook: string)  lede.log.error when left out

--- Loads every plugin that the configuration names. Gives the registry, or nil and what is wrong.
---@param config table checked by lede.site
---@param options lede.PluginOptions
---@return lede.Registry|nil, string|nil
function M.load(config, options)
  local registry = setmetatable({
    side = options.side, routes = {}, handlers = {}, elsewhere = {}, shortcodes = {}, directives = {}, has_directives = false, assets = {}, targets = {}, plugins = {}, has_plugin = {},
    report = options.report or lede.log.error,
  }, Registry)
  origin.setup(config)
  feed.setup(config, registry)
  local current, listed = {}, {}
  registry.site = site_for(registry, config, current)
  for _, entry in ipairs(config.plugins) do listed[entry.name] = entry.options end
  for _, entry in ipairs(config.plugins) do
    local ok, message = add(registry, config, current, listed, entry.name)
    if not ok then return nil, message end
  end
  return registry
end

return M
