---@meta lede.publish.stages

--- The stages of a publication; lede.publish.run has their order.
---@class lede.Publication: userdata
local Publication = {}

--- Brings the store up to content/.
---@param paths? string[] only these files below content/, where that is enough; the report says (whole)
---@return table|nil report, lede.Error|nil
function Publication:sync(paths) end
--- Brings the edition up to the store.
---@param data? string JSON of edition.data
---@return table|nil report, lede.Error|nil
function Publication:prepare(data) end
--- Makes every page below the standby tree.
---@return table|nil report, lede.Error|nil
function Publication:render() end
--- Articles of the store that the edition does not show, and why. Walks the whole store.
---@return { path: string, reason: string, at?: integer }[]|nil, lede.Error|nil
function Publication:withheld() end
--- Copies a folder, or one file to a path of the site.
---@param from string
---@param path? string
---@return integer|nil count, lede.Error|nil
function Publication:copy(from, path) end
--- The folder of the site ("news/2024/05/piece/") in which the article of a file below content/ stands; nil when the
--- edition does not show it.
---@param source string
---@return string|nil folder, lede.Error|nil
function Publication:folder(source) end
--- Exchanges the trees.
---@return table|nil report, lede.Error|nil
function Publication:release() end
---@return integer cpu_us, integer peak_bytes, integer replaced of all processes
function Publication:usage() end

---@class lede.publish.stages
local stages = {}

---@param options table root, config (JSON), store, edition, dest; jobs, at, drafts, sync_disk, progress, plugin_dir
---@return lede.Publication|nil, lede.Error|nil
function stages.open(options) end

--- A clock for measuring, in microseconds.
---@return integer
function stages.now_us() end

return stages
