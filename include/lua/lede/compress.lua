---@meta lede.compress

--- Bytes made smaller, on the desk. A task waits for it while others run; anybody else blocks.
---@class lede.compress
local compress = {}

---@param bytes string
---@param quality? integer 1 to 9 (9)
---@return string|nil bytes, lede.Error|nil err
function compress.gzip(bytes, quality) end

---@param bytes string
---@param quality? integer 1 to 11 (11)
---@return string|nil bytes, lede.Error|nil err
function compress.brotli(bytes, quality) end

return compress
