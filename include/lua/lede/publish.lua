---@meta lede.publish.stages

--- The stages of a publication; lede.publish.run has their order.
---@class lede.Publication: userdata
local Publication = {}

--- Brings the store up to content/.
---@return table|nil report, lede.Error|nil
function Publication:sync() end
--- Brings the edition up to the store.
---@param data? string JSON of edition.data
---@return table|nil report, lede.Error|nil
function Publication:prepare(data) end
--- Makes every page below the standby tree.
---@return table|nil report, lede.Error|nil
function Publication:render() end
--- Of one that was opened with `look`: what would be made. Then copy says what would be copied, and look_end the rest.
---@return { rendered: integer, whole?: string, failed: table[] }|nil, lede.Error|nil
function Publication:look() end
--- What would be made, copied, removed and redirected: lede.publish.plan has the form.
---@return { changes: lede.Change[], redirects: table[] }|nil, lede.Error|nil
function Publication:look_end() end
--- The next instant after that one at which the edition changes by itself, and the articles that do it.
---@param after integer
---@return lede.Coming|nil, lede.Error|nil
function Publication:ahead(after) end
--- What render and copy did and why: fields of a JSON object, kind, whole, changes, untold.
---@return string|nil, lede.Error|nil
function Publication:story() end
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

---@param options table root, config (JSON), store, edition, dest; jobs, at, drafts, sync_disk, progress, plugin_dir, history,
---  verify; look: a folder that is made and removed: nothing is published, and what the store is told is forgotten
---@return lede.Publication|nil, lede.Error|nil
function stages.open(options) end

--- What the file of the live site at that address was made of, by its records.
---@param dest string where the site is live
---@param var string folder of the store
---@param url string
---@return lede.Reading|nil, lede.Error|nil
function stages.reads(dest, var, url) end

--- A clock for measuring, in microseconds.
---@return integer
function stages.now_us() end

return stages
