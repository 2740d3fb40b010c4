--- lib.site: a copy of an example that is edited: its files, its configuration as a table, its clock.
local fs = require("lede.fs")
local ops = require("lib.ops")

local M = {}

---@class Site
---@field root string     the copy
---@field work string     everything of this run
---@field out string      what was published step by step
---@field whole string    what was published from nothing
---@field store string
---@field at string|nil   the time of --at
---@field jobs integer
---@field config table    lede.lua
local Site = {}
Site.__index = Site

local DAY_ZERO = 1735689600 -- 2025-01-01, when no --at says another: after all that the examples hold
local DEFAULT_PLUGINS = { "layout-broadsheet", "rss", "sitemap", "shortcodes", "directives", "redirects" }

function Site:read(path)
  local file <close> = io.open(self.root .. "/" .. path, "rb")
  return file and file:read("a")
end

function Site:exists(path) return fs.exists(self.root .. "/" .. path) end

--- A number that nothing else of this run has.
function Site:serial()
  self.numbers = self.numbers + 1
  return self.numbers
end

function Site:now() return self.at and assert(lede.time.parse(self.at)) or DAY_ZERO end

--- Paths of articles, sorted.
function Site:articles()
  local list = {}
  for _, path in ipairs(fs.walk(self.root .. "/content") or {}) do
    if path:find("%.md$") and not path:find("_index%.md$") then list[#list + 1] = "content/" .. path end
  end
  return list
end

--- The address of some page that is live now.
function Site:some_address()
  local list = {}
  for _, path in ipairs(fs.walk(self.out) or {}) do
    if path:find("/index%.html$") then list[#list + 1] = "/" .. path:gsub("index%.html$", "") end
  end
  return list[math.random(math.max(1, #list))]
end

local function lua_text(value, indent)
  if type(value) ~= "table" then return type(value) == "string" and ("%q"):format(value) or tostring(value) end
  local keys, lines = {}, {}
  for key in pairs(value) do
    if type(key) == "string" then keys[#keys + 1] = key end
  end
  table.sort(keys)
  for _, item in ipairs(value) do lines[#lines + 1] = indent .. "  " .. lua_text(item, indent .. "  ") end
  for _, key in ipairs(keys) do lines[#lines + 1] = ("%s  [%q] = %s"):format(indent, key, lua_text(value[key], indent .. "  ")) end
  return "{\n" .. table.concat(lines, ",\n") .. "\n" .. indent .. "}"
end

--- The operation that writes lede.lua as the configuration is now.
function Site:written_config() return { "write", "lede.lua", "return " .. lua_text(self.config, "") .. "\n" } end

--- Plugins as a table by name, so that edits can switch them.
local function by_name(plugins)
  local named = {}
  for key, value in pairs(plugins or DEFAULT_PLUGINS) do
    if type(key) == "number" then
      named[value] = true
    else
      named[key] = value
    end
  end
  return named
end

local function read_config(root)
  local text = fs.read(root .. "/lede.lua")
  local config = text and assert(load(text, "=lede.lua", "t", {}))() or {}
  config.plugins = by_name(config.plugins)
  return config
end

--- Copies the site `from` below work; one that was there is removed.
function M.new(from, work, program)
  os.execute(("rm -rf '%s' && mkdir -p '%s' && cp -r '%s' '%s/site' && chmod -R u+w '%s/site'"):format(work, work, from, work, work))
  local site = setmetatable({ root = work .. "/site", work = work, program = program, out = work .. "/step/out", store = work .. "/step/lede.db",
    whole = work .. "/whole/out", whole_var = work .. "/whole/var", jobs = 1, numbers = 0 }, Site)
  assert(fs.mkdir(work .. "/step"))
  site.config = read_config(site.root)
  return site
end

function Site:apply(list)
  for _, op in ipairs(list) do ops.apply(self, op) end
end

return M
