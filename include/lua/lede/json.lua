---@meta lede.json

--- Strict JSON (RFC 8259): no duplicate keys, valid UTF-8, integers stay integers.
---@class lede.json
---@field null userdata stands for JSON's null
local json = {}

---@param text string
---@return any|nil value, lede.Error|nil err
function json.decode(text) end

--- Canonical: keys sorted by bytes, no blanks. Raises for functions, cycles and what is nested over 64 deep.
---@param value any
---@return string
function json.encode(value) end

--- The same, right within a <script> of a page too: "<", ">" and "&" are written as \u003c, \u003e, \u0026.
---@param value any
---@return string
function json.script(value) end

--- Marks a table as a list, so that it is written as [] when it is empty.
---@generic T : table
---@param list? T
---@return T
function json.array(list) end

--- An empty table that is written as {}.
---@return table
function json.object() end

return json
