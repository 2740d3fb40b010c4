---@meta lede.files

--- Reads below the site's folder ("site") or the installed plugins ("installed"); nothing else.
---@class lede.files
local files = {}

---@param root "site"|"installed"
---@param path string relative, without ".."
---@return string|nil bytes nil when there is no such file
function files.read(root, path) end

---@param root "site"|"installed"
---@param path string
---@return string|nil path on disk, when the file is there
function files.path(root, path) end

return files
