---@meta lede.text

---@class lede.text
local text = {}

--- The address of a name: ASCII letters and digits joined by '-', at most 255 bytes, never empty.
---@param s string
---@return string
function text.slug(s) end

--- s cut at a word to at most length characters, then ellipsis if anything was cut.
---@param s string|lede.Safe
---@param length? integer characters, 160
---@param ellipsis? string "..."
---@return string
function text.excerpt(s, length, ellipsis) end

---@param s string
---@return integer count
function text.words(s) end

return text
