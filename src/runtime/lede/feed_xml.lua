--- lede.feed_xml: elements of feeds, appended to a list of texts. Each escapes what it is given.

local xml = require("lede.xml")

local M = {}

local escape = xml.escape

--- <name>text</name>; nothing when there is no text.
---@param out string[]
---@param name string
---@param text string|nil|false
---@param attributes? string as they stand: ' type="html"'
function M.add(out, name, text, attributes)
  if text and text ~= "" then out[#out + 1] = "<" .. name .. (attributes or "") .. ">" .. escape(text) .. "</" .. name .. ">\n" end
end

--- Name and value by turns; those without a value are left out.
---@param ... any
---@return string
function M.attributes(...)
  local list, out = table.pack(...), {}
  for i = 1, list.n, 2 do
    if list[i + 1] then out[#out + 1] = " " .. list[i] .. '="' .. escape(tostring(list[i + 1])) .. '"' end
  end
  return table.concat(out)
end

--- <name attributes/>
---@param out string[]
---@param name string
---@param ... any name and value by turns
function M.add_empty(out, name, ...) out[#out + 1] = "<" .. name .. M.attributes(...) .. "/>\n" end

--- Of texts each once, in their order.
---@param list string[]
---@return string[]
function M.distinct(list)
  local seen, out = {}, {}
  for _, text in ipairs(list) do
    if text ~= "" and not seen[text] then
      seen[text] = true
      out[#out + 1] = text
    end
  end
  return out
end

return M
