--- lede.check.parts: what the rules of feeds and sitemaps share: elements that may stand once, that have to be there, and what
--- people's readers get of HTML.

local forms = require("lede.check.forms")
local html = require("lede.html")
local xml = require("lede.xml")

local M = {}

--- Elements of no namespace (or of `space`) by name: { name -> list of elements }.
---@param parent lede.XmlElement
---@param space string
---@return table<string, lede.XmlElement[]>
function M.by_name(parent, space)
  local found = {}
  for _, node in ipairs(parent) do
    if type(node) == "table" and node.space == space then
      local list = found[node.name]
      if list then list[#list + 1] = node else found[node.name] = { node } end
    end
  end
  return found
end

--- Each of these stands at most once.
function M.at_most_once(found, names, parent, report)
  for _, name in ipairs(names) do
    local list = found[name]
    if list and #list > 1 then report:error(list[2].line, ("<%s> stands more than once in <%s>"):format(name, parent.name), "keep the first one") end
  end
end

--- Text of the first element of that name, without white space around; nil when there is none.
function M.text(found, name)
  local list = found[name]
  return list and xml.text(list[1]):match("^%s*(.-)%s*$")
end

--- The texts of these elements have a form.
function M.each(found, name, is_right, report, message, remedy)
  for _, element in ipairs(found[name] or {}) do
    local text = xml.text(element):match("^%s*(.-)%s*$")
    if not is_right(text) then report:error(element.line, ("<%s>: '%s' %s"):format(name, text:sub(1, 80), message), remedy) end
  end
end

--- An address that readers will ask for: absolute, and there when it is the site's own.
function M.address(url, element, report, place)
  if not forms.absolute(url) then
    report:error(element.line, ("<%s>: '%s' is no absolute address"):format(element.name, tostring(url):sub(1, 80)), "write it with page.absolute, and set base_url")
  elseif place.has and not place.has(url) then
    report:error(element.line, ("<%s>: %s is not there"):format(element.name, url), "publish that page, or leave the address out")
  end
end

local WANTED <const> = { tags = { "script", "object", "embed", "iframe", "form", "style" }, attributes = { "href", "src", "poster", "cite" } }

--- HTML that other people's readers show: nothing that runs, no address that only this page understands.
function M.html(text, line, report, place)
  if not place.deep or not text:find("<", 1, true) then return end
  local elements = html.elements(text, WANTED)
  for _, element in ipairs(elements or {}) do
    local tag = element.tag
    if tag == "script" or tag == "object" or tag == "embed" or tag == "form" then
      report:error(line, ("its HTML has <%s>, which readers drop or refuse"):format(tag), "give feeds the body as lede.feed.html makes it")
    end
    for name, url in pairs(element.attributes) do
      local trimmed = url:match("^%s*(.-)%s*$"):gsub(" ", "%%20")
      if url ~= "" and not forms.absolute(trimmed) then
        report:error(line, ("its HTML has %s=\"%s\", which leads nowhere in a reader"):format(name, url:sub(1, 80)), "give feeds the body as lede.feed.html makes it")
      end
    end
  end
end

--- Keeps what must differ; gives the first that was the same.
function M.unique()
  local seen = {}
  return function(value, line)
    local before = seen[value]
    seen[value] = before or line
    return before
  end
end

return M
