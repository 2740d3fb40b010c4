---@meta lede.log

--- Lines on stderr. In page VMs only errors are said: every worker loads the same plugins.
---@class lede.log
local log = {}

---@param message any
function log.error(message) end
---@param message any
function log.warn(message) end
---@param message any
function log.info(message) end

--- Something about an article that the publication's report should carry. Page VMs only; elsewhere nothing happens.
---@param note table plain data, with a field kind
function log.note(note) end

return log
