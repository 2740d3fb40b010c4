---@meta lede.process

--- Programs of the system, on the desk. A task waits for them while others run; anybody else blocks.
---@class lede.process
local process = {}

---@class lede.process.Order
---@field [integer] string  the program, looked for in PATH, and its words; no shell reads them
---@field timeout? number   seconds, 60; then it is killed with what it started
---@field env? table<string, string> over lede's own environment
---@field folder? string    where it runs

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

--- A program that runs beside the script; `<close>` kills it with what it started.
---@class lede.Process
local Process = {}

--- The next bytes of its output; nil at the end.
---@return string|nil bytes, lede.Error|nil err
function Process:read() end

--- The next bytes of its stderr; nil at the end.
---@return string|nil bytes, lede.Error|nil err
function Process:read_err() end

--- Writes to its stdin and waits until the program's pipe has taken it.
---@param bytes string
---@return true|nil, lede.Error|nil err
function Process:write(bytes) end

--- Closes its stdin.
function Process:finish() end

--- Waits for its end. What it wrote can still be read.
---@return { status: integer|nil, signal: integer|nil }
function Process:wait() end

--- Sends a signal (15) to it and what it started.
---@param signal? integer
function Process:kill(signal) end

function Process:close() end

--- Starts a program. Its stdin is to be written or finished; outputs that nobody reads make it wait after 256 KiB.
---@param order lede.process.Order without timeout
---@return lede.Process|nil child, lede.Error|nil err
function process.start(order) end

return process
