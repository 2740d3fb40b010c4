--- lede.workspace: a site on disk: where its parts are, and its configuration read and checked. Desk only.

local fs = require("lede.fs")
local host = require("lede.host")
local json = require("lede.json")
local plugin = require("lede.plugin")
local site_rules = require("lede.site")

local M = {}

---@class lede.Workspace
---@field root string      absolute folder of the site
---@field config table     lede.lua, checked and completed
---@field config_json string
---@field store string     URL of the store
---@field edition string   folder of the edition
---@field search string    folder of the index of words
---@field kept string      folder of what plugins keep from one publication to the next; all of it can be made again
---@field history string   folder of what was published before
---@field output string    folder that is published
---@field is_elsewhere boolean it is not the one that lede.lua says: a trial, of which nobody is told
---@field has_config boolean
---@field registry? lede.Registry once somebody asked for M.plugins

local function is_absolute(path) return path:sub(1, 1) == "/" end

local function below(root, path) return is_absolute(path) and path or (root .. "/" .. path) end

local function base_name(path) return path:match("([^/]+)/*$") or "site" end

--- The table that lede.lua returns, or nil and an error with file and line.
local function evaluate(path)
  local source, err = fs.read(path)
  if not source then return nil, tostring(err) end
  local chunk, message = load(source, "@lede.lua", "t")
  if not chunk then return nil, message end
  local ok, result = pcall(chunk)
  if not ok then return nil, tostring(result) end
  if type(result) ~= "table" then return nil, "lede.lua: it returns a table: return { title = \"...\" }" end
  return result
end

--- Where the store's own folder is: var/ of the site, or the folder of the store that was named.
local function var_dir(root, store_url)
  local file = store_url:match("^sqlite:(.+)$") or (not store_url:find("^%a+:") and store_url)
  if file then return file:match("^(.*)/[^/]+$") or "." end
  return root .. "/var"
end

--- Opens the site at args.source (or here). Gives the workspace, or nil and a message.
---@param args table flags: source, destination, base_url, store
---@return lede.Workspace|nil, string|nil
function M.open(args)
  local root = fs.absolute(args.source or "."):gsub("(.)/+$", "%1")
  if not fs.is_dir(root) then return nil, ("there is no folder '%s'"):format(root) end
  local has_config = fs.exists(root .. "/lede.lua")
  if not has_config and not fs.is_dir(root .. "/content") then
    return nil, ("'%s' is no site: it has neither lede.lua nor content/. Make one: lede init DIR"):format(root)
  end
  host.set_site_root(root)
  local raw, message = {}
  if has_config then
    raw, message = evaluate(root .. "/lede.lua")
    if not raw then return nil, message end
  end
  if args.base_url then raw.base_url = args.base_url end
  if raw.title == nil then raw.title = base_name(root) end
  local config, problem = site_rules.check(raw)
  if not config then return nil, problem end

  local store = args.store or "sqlite:" .. root .. "/var/lede.db"
  if not store:find("^%a+:") then store = "sqlite:" .. fs.absolute(store) end
  local var = var_dir(root, store)
  local output = below(root, config.output)
  local destination = args.destination and fs.absolute(args.destination) or output
  return {
    root = root,
    config = config,
    config_json = json.encode(config),
    has_config = has_config,
    store = store,
    var = var,
    edition = var .. "/edition",
    search = var .. "/search",
    kept = var .. "/kept",
    history = var .. "/history",
    output = destination,
    is_elsewhere = destination ~= output,
    static = below(root, config.static),
    plugin_dir = host.plugin_dir(),
  }
end

--- The plugins of the site for the desk, loaded once. Gives the registry, or nil and what is wrong.
---@param workspace lede.Workspace
---@return lede.Registry|nil, string|nil
function M.plugins(workspace)
  if not workspace.registry then
    local registry, message = plugin.load(workspace.config, { side = "desk", root = workspace.root })
    if not registry then return nil, message end
    workspace.registry = registry
  end
  return workspace.registry
end

--- Makes the folder of the store.
function M.make_var(workspace)
  if workspace.store:find("^memory:") then return true end
  return fs.mkdir(workspace.var)
end

return M
