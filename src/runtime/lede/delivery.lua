--- lede.delivery: what is to be told of a release. Plugins are asked (hook `deliver`) when the new site is whole and before it
--- takes the place of the old one; what they answer is held in the outbox under the new site's stamp, and waits once that is
--- the one that is live. lede.deliver tells it. Desk only.

local fs = require("lede.fs")
local json = require("lede.json")
local log = require("lede.log")
local outbox = require("lede.outbox")
local stages = require("lede.publish.stages")
local store_of = require("lede.store")
local withdrawn = require("lede.withdrawn")
local withheld = require("lede.withheld")

local M = {}

---@class lede.ReleaseChange
---@field path string    below the site's folder
---@field url string     the same as readers write it, from "/"
---@field what "new"|"changed"|"gone"
---@field size? integer
---@field sha256? string

---@class lede.Release  what a handler of `deliver` is given
---@field stamp integer
---@field is_first boolean  nothing was live before
---@field is_rollback boolean
---@field at integer        the moment that the new site shows
---@field now integer
---@field config table
---@field base_url string
---@field changes lede.ReleaseChange[]
local Release = {}
Release.__index = Release

--- The address of a file: a folder's index is the folder.
---@param path string
---@return string
function M.url_of(path)
  local folder = path:match("^(.*)index%.html$")
  if folder and (folder == "" or folder:sub(-1) == "/") then return "/" .. folder end
  return "/" .. path
end

--- Bytes of a file of the new site.
---@param path string
---@return string|nil, lede.Error|nil
function Release:read(path) return fs.read(self.tree .. "/" .. path) end

--- The article that readers find at the address of a changed file; nil when there is none.
---@param change lede.ReleaseChange
---@return lede.StoredArticle|nil
function Release:article(change)
  local article = change.url:sub(-1) == "/" and self.store:get(change.url) or nil
  return article and withheld.is_public(article, self.at) and article or nil
end

--- The articles whose page came or changed, each with its change.
---@return fun(): lede.StoredArticle|nil, lede.ReleaseChange|nil
function Release:articles()
  local at = 0
  return function()
    while true do
      at = at + 1
      local change = self.changes[at]
      if not change then return nil end
      local article = change.what ~= "gone" and self:article(change)
      if article then return article, change end
    end
  end
end

--- The articles whose page is gone, by the address it had: taken back, expired, or hidden again.
---@return table<string, lede.StoredArticle>
function Release:gone()
  if self.gone_ones then return self.gone_ones end
  local found, addresses = {}, {}
  for _, change in ipairs(self.changes) do
    if change.what == "gone" then
      addresses[change.url] = true
      found[change.url] = self.store:get(change.url) -- nil for a piece that was taken back: another may have its address now
    end
  end
  for _, piece in ipairs(next(addresses) and self.withdrawn() or {}) do
    if addresses[piece.url] then found[piece.url] = found[piece.url] or self.store:get(piece.id) end
  end
  self.gone_ones = found
  return found
end

---@class lede.Delivery     what a handler of `deliver` gives a list of
---@field target string     a name that the plugin gave site:target
---@field key string        by which the receiver knows it again; a key that is known is not delivered again
---@field subject? string   of several that wait only the newest is delivered
---@field data? table       plain data for send; no texts of articles and no secrets: they are read when it is sent

local function row_of(registry, plugin, stamp, delivery)
  local targets = registry.targets[plugin] or {}
  if type(delivery) ~= "table" or not targets[delivery.target] then
    return nil, ("there is no target '%s'"):format(tostring(type(delivery) == "table" and delivery.target or delivery))
  end
  if type(delivery.key) ~= "string" or delivery.key == "" then return nil, "a delivery needs a key" end
  return {
    plugin = plugin, target = delivery.target, key = delivery.key, subject = delivery.subject, release = stamp,
    data = json.encode(delivery.data or json.object()),
  }
end

--- Rows of all plugins. One that a plugin got wrong is its error and no one else's.
local function rows_of(registry, release)
  local rows = {}
  for _, answer in ipairs(registry:run("deliver", release)) do
    for _, delivery in ipairs(answer.value) do
      local row, why = row_of(registry, answer.plugin, release.stamp, delivery)
      if row then rows[#rows + 1] = row else registry.report(("plugin %s, hook deliver: %s"):format(answer.plugin, why), answer.plugin, "deliver") end
    end
  end
  return rows
end

local function keep(store, sealed, rows)
  local ok, err = outbox.settle(store, sealed.before, true)
  if not ok then return nil, err end
  ok, err = store:transaction(function()
    for _, row in ipairs(rows) do
      local added, problem = outbox.put(store, row)
      if added == nil then error(tostring(problem), 0) end
    end
    return true
  end)
  if not ok or #rows == 0 then return ok, err end
  return store:sync() -- as the tree was
end

--- Whether anybody is told of the site: not of one that is published elsewhere than lede.lua says, nor of one whose store is in
--- memory, for the outbox would be gone before anybody could deliver.
---@param workspace lede.Workspace
function M.has_outbox(workspace) return not workspace.is_elsewhere and not workspace.store:find("^memory:") end

--- What a release is to call when the new site is whole (publication:release, history.go_back): keeps what is to be told of it.
--- nil when nobody wants to tell anything.
---@param workspace lede.Workspace
---@param registry lede.Registry
---@param options { is_rollback?: boolean, at?: integer } at: of the edition
---@return (fun(sealed: table): true|nil, any)|nil
function M.keeper(workspace, registry, options)
  if not registry:has("deliver") or not M.has_outbox(workspace) then return nil end
  return function(sealed)
    local store <close>, err = store_of.open(workspace.store)
    if not store then return nil, err end
    for _, change in ipairs(sealed.changes) do change.url = M.url_of(change.path) end
    local release = setmetatable({
      stamp = sealed.stamp, is_first = sealed.before == 0, is_rollback = options.is_rollback == true, at = options.at or os.time(),
      now = os.time(), config = workspace.config, base_url = workspace.config.base_url, changes = sealed.changes, tree = sealed.tree, store = store,
      withdrawn = function() return (withdrawn.before(workspace.edition) or {}).pieces end,
    }, Release)
    return keep(store, sealed, rows_of(registry, release))
  end
end

--- Lets go what was held for the site that is live now. Gives how many rows wait because of it.
---@param store lede.Store
---@param workspace lede.Workspace
---@return integer|nil, lede.Error|nil
function M.settle(store, workspace)
  local live, err = stages.stamp(workspace.output)
  if not live then return err.code == "not-found" and 0 or nil, err end
  return outbox.settle(store, live)
end

--- The same of a site that went live just now; when it fails, whoever delivers does it.
function M.released(workspace, registry)
  if not registry:has("deliver") or not M.has_outbox(workspace) then return end
  local store <close>, err = store_of.open(workspace.store)
  local count
  if store then count, err = M.settle(store, workspace) end
  if not count then log.warn(tostring(err)) end
  return count
end

return M
