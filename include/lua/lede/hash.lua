---@meta lede.hash

---@class lede.hash
local hash = {}

--- SHA-256, in hexadecimal; `raw`: as 32 bytes.
---@param bytes string
---@param raw? boolean
---@return string
function hash.sha256(bytes, raw) end

--- The code that only who has the key can make (RFC 2104), in hexadecimal; `raw`: as 32 bytes.
---@param key string
---@param bytes string
---@param raw? boolean
---@return string
function hash.hmac_sha256(key, bytes, raw) end

return hash
