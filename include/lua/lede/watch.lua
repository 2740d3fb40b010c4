---@meta lede.watch

--- Files that change, for tasks on the desk.
---@class lede.watch
local watch = {}

---@class lede.Watch
local Watch = {}

--- Waits until something changed and it has been quiet for a moment. Gives the paths below what is watched, sorted: made,
--- written, renamed or gone. They are gathered between two calls.
---@return string[]|nil paths, lede.Error|nil err
function Watch:next() end

function Watch:close() end

--- Watches a file, or a folder with every folder below it, those that come later too; hidden ones and links are left out.
---@param path string
---@param options? { quiet?: number } seconds without a change, 0.02
---@return lede.Watch|nil watch, lede.Error|nil err
function watch.open(path, options) end

return watch
