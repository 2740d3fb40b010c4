---@meta lede.html

--- Text that is right for HTML as it stands: templates print it unescaped. tostring() gives the bytes.
---@class lede.Safe: userdata

---@class lede.html
local html = {}

--- Escapes & < > " ' for text and quoted attribute values.
---@param s string
---@return string
function html.escape(s) end

--- Says that s is right for HTML as it stands. Nothing is checked: only for what you made yourself.
---@param s string
---@return lede.Safe
function html.safe(s) end

--- The text of HTML that lede's own renderer made: tags dropped, its entities resolved.
---@param s string|lede.Safe
---@return string
function html.to_text(s) end

return html
