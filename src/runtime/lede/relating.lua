--- lede.relating: related articles at the desk, for publish and for the verbs that look at them.

local fs = require("lede.fs")
local stages = require("lede.publish.stages")
local workspace_of = require("lede.workspace")

local M = {}

local function add_folder(out, folder)
  if not fs.is_dir(folder) then return end
  for _, path in ipairs(assert(fs.walk(folder))) do
    if path:find("%.lua$") then out[#out + 1] = path .. "\n" .. assert(fs.read(folder .. "/" .. path)) end
  end
end

--- The sources of all that may answer related.fields; "" when nobody does. Another text has every article read again.
---@param workspace lede.Workspace
---@param registry lede.Registry
function M.sources(workspace, registry)
  if not registry:has_elsewhere("related.fields") then return "" end
  local out = { workspace.config_json }
  add_folder(out, workspace.root .. "/plugins")
  add_folder(out, workspace.root .. "/lib")
  for _, entry in ipairs(registry.plugins) do add_folder(out, workspace.plugin_dir .. "/" .. entry.name) end
  return table.concat(out, "\n")
end

--- A publication of the store as it is, its edition made and its articles related; nothing is rendered. Close it.
---@param workspace lede.Workspace
---@param args table flags: jobs, at, drafts, quiet
---@return lede.Publication|nil, any
function M.open(workspace, args)
  local registry, message = workspace_of.plugins(workspace)
  if not registry then return nil, message end
  local ok, err = workspace_of.make_var(workspace)
  if not ok then return nil, err end
  local publication, refused = stages.open {
    root = workspace.root, config = workspace.config_json, store = workspace.store, edition = workspace.edition, dest = workspace.output,
    jobs = args.jobs, plugin_dir = workspace.plugin_dir, progress = args.progress,
  }
  if not publication then return nil, refused end
  local done, why = publication:prepare(M.data_of(workspace))
  if done and args.rebuild then done, why = publication:forget_related() end
  if done then done, why = publication:relate(M.sources(workspace, registry)) end
  if not done then
    publication:close()
    return nil, why
  end
  return publication, done
end

--- edition.data of the edition that is there, so that looking at it does not make another one.
function M.data_of(workspace) return stages.edition_data(workspace.edition) end

return M
