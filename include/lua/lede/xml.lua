---@meta lede.xml

--- An element of a tree that xml.parse gave: its children, elements and texts (strings), in order, and what stands in its tag. To be read:
--- elements without attributes share one table.
---@class lede.XmlElement
---@field name string      without its prefix
---@field space string     namespace, "" when none
---@field line integer     where its tag begins
---@field attributes table<string, string> by name: "href", "xml:lang", "{namespace}name"
---@field [integer] lede.XmlElement|string

---@class lede.xml
local xml = {}

--- Escapes for text and attributes, and drops what XML 1.0 forbids.
---@param s string|lede.Safe
---@return string
function xml.escape(s) end

--- Reads a document. Nothing is fetched; only XML's own five entities are known, and a document that declares others is refused.
--- At most `limit` bytes (10 MiB), 256 elements within each other, 256 attributes each, 1,000,000 elements and texts.
---@param text string UTF-8, UTF-16, ISO-8859-1 or windows-1252, as the document says
---@param options? { limit?: integer }
---@return lede.XmlElement|nil root
---@return lede.Error|nil err
function xml.parse(text, options) end

--- The first child element of that name; in any namespace when none is said.
---@param element lede.XmlElement
---@param name string
---@param space? string
---@return lede.XmlElement|nil
function xml.child(element, name, space) end

--- All child elements of that name, in order.
---@param element lede.XmlElement
---@param name string
---@param space? string
---@return lede.XmlElement[]
function xml.children(element, name, space) end

--- All text within an element; "" of nil.
---@param element lede.XmlElement|nil
---@return string
function xml.text(element) end

return xml
