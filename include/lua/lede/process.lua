---@meta lede.process

--- Programs of the system, on the desk.
---@class lede.process
local process = {}

---@class lede.process.Order
---@field [integer] string  the program, looked for in PATH, and its words; no shell reads them
---@field timeout? number   seconds, 60; then it is killed with what it started
---@field env? table<string, string> over lede's own environment

---@class lede.process.End
---@field status integer|nil its exit status; nil when a signal ended it
---@field signal integer|nil
---@field out string        what it wrote, at most 64 MiB
---@field err string        what it wrote to its stderr

--- Runs a program to its end; it has nothing to read. Refused when it cannot be started ("not-found"), takes too long
--- ("timeout") or writes too much ("limit"). A status that is not 0 is no refusal: look at it.
---@param order lede.process.Order
---@return lede.process.End|nil result, lede.Error|nil err
function process.run(order) end

return process
