---@meta lede.xml

---@class lede.xml
local xml = {}

--- Escapes for text and attributes, and drops what XML 1.0 forbids.
---@param s string|lede.Safe
---@return string
function xml.escape(s) end

return xml
