--- lede.xml: XML escaped, and read into a tree of tables; what is looked for in such a tree.

local core = require("lede.xml_core")

local M = { escape = core.escape }

--- The root of an XML document, or nil and why it is not well-formed (with line and column).
---@param text string
---@param options? { limit?: integer }
---@return lede.XmlElement|nil root
---@return lede.Error|nil err
function M.parse(text, options)
  for key in pairs(options or {}) do
    if key ~= "limit" then error(("xml.parse: there is no option '%s': limit"):format(key), 2) end
  end
  return core.parse(text, options and options.limit)
end

local function is(node, name, space) return type(node) == "table" and node.name == name and (space == nil or node.space == space) end

--- The first child element of that name; in any namespace when none is said.
---@param element lede.XmlElement
---@param name string
---@param space? string
---@return lede.XmlElement|nil
function M.child(element, name, space)
  for _, node in ipairs(element) do
    if is(node, name, space) then return node end
  end
end

--- All child elements of that name, in order.
---@param element lede.XmlElement
---@param name string
---@param space? string
---@return lede.XmlElement[]
function M.children(element, name, space)
  local found = {}
  for _, node in ipairs(element) do
    if is(node, name, space) then found[#found + 1] = node end
  end
  return found
end

local function collect(element, pieces)
  for _, node in ipairs(element) do
    if type(node) == "table" then collect(node, pieces) else pieces[#pieces + 1] = node end
  end
  return pieces
end

--- All text within an element, as it stands; "" of nil, so that M.text(M.child(…)) can be written.
---@param element lede.XmlElement|nil
---@return string
function M.text(element)
  return element and table.concat(collect(element, {})) or ""
end

return M
