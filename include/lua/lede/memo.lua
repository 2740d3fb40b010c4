---@meta lede.memo

--- Calls fn once in a VM. Later calls with the key give what it gave and print what it printed, and what it read is recorded
--- for each page that asks. fn looks at the edition only, never at a page: the key names all it depends on.
---@generic T
---@param key string at most 256 bytes; begin it with your plugin's name
---@param fn fun(): T text, a number, a boolean, safe HTML or nil
---@return T
local function memo(key, fn) end

return memo
