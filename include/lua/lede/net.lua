---@meta lede.net

--- TCP and Unix sockets for tasks on the desk. No guard stands here: a script connects where it says.
---@class lede.net
local net = {}

---@class lede.net.Place
---@field host? string  a name or an address
---@field port? integer when listening, 0 takes one that is free
---@field path? string  of a Unix socket, in place of host and port

---@class lede.Socket
local Socket = {}

--- What has come, at most max bytes; nil at the end.
---@param max? integer
---@return string|nil bytes, lede.Error|nil err
function Socket:read(max) end

--- The next line without its end; at most 64 KiB.
---@return string|nil line, lede.Error|nil err
function Socket:read_line() end

--- Waits until the system has taken them.
---@param bytes string
---@return true|nil, lede.Error|nil err
function Socket:write(bytes) end

--- The other end reads an end; it may still answer.
function Socket:finish() end

function Socket:close() end

---@class lede.Listener
local Listener = {}

--- Waits for the next who connects.
---@return lede.Socket|nil socket, lede.Error|nil err
function Listener:accept() end

---@return integer
function Listener:port() end

function Listener:close() end

---@param to lede.net.Place
---@return lede.Socket|nil socket, lede.Error|nil err
function net.connect(to) end

---@param at lede.net.Place
---@return lede.Listener|nil listener, lede.Error|nil err
function net.listen(at) end

return net
