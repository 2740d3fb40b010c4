--- lede.prepare: the edition that is to be published or shown, with what pages get from the desk's world: what plugins prepared, the
--- pictures, what was withdrawn. Desk only.

local json = require("lede.json")
local picture_table = require("lede.picture_table")
local withdrawn = require("lede.withdrawn")

local M = {}

---@class lede.PrepareOptions
---@field at? integer         as publications have it
---@field look? boolean       nothing is published of it
---@field progress? boolean
---@field before? lede.withdrawn.State  what was withdrawn as of the edition before

--- Brings the edition of a publication up to the store. Gives its facts and what is withdrawn now, or nil and what is wrong.
---@param publication lede.Publication
---@param registry lede.Registry
---@param pictures lede.PictureTable
---@param workspace lede.Workspace
---@param options lede.PrepareOptions
---@return table|nil edition
---@return lede.withdrawn.State|any state
function M.edition(publication, registry, pictures, workspace, options)
  local data = registry:prepared {
    store = workspace.store, search = workspace.search, kept = workspace.kept, at = options.at, look = options.look, progress = options.progress,
  }
  data[picture_table.name] = pictures.data
  local state, err = withdrawn.add(data, publication, options.before)
  if not state then return nil, err end
  local edition, refused = publication:prepare(json.encode(data))
  if not edition then return nil, refused end
  return edition, state
end

return M
