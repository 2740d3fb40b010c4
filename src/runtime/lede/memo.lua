--- lede.memo(key, fn): calls fn once in a VM. Later calls with the key give what it gave and print what it printed, and what
--- it read is recorded for each page that asks. fn looks at the edition only, never at a page: its key names all it depends on.
--- It gives nil, a boolean, a number, a string or safe HTML.

local memo = require("lede.memo_core")

---@param key string at most 256 bytes; begin it with your plugin's name
---@param fn fun(): any
---@return any
return function(key, fn)
  if type(key) ~= "string" or #key > 256 then error("lede.memo: the key is a string of at most 256 bytes", 2) end
  local level, value = memo.open(0, key)
  if level == true then return value end
  value = fn()
  if level then memo.close(level, value) end
  return value
end
