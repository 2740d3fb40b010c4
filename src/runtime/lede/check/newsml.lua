--- lede.check.newsml: NewsML-G2, as far as every receiver relies on it.

local check_xml = require("lede.check.xml")
local forms = require("lede.check.forms")
local parts = require("lede.check.parts")
local xml = require("lede.xml")

local NAR <const> = "http://iptc.org/std/nar/2006-10-01/"
local STATUSES <const> = { ["stat:usable"] = true, ["stat:withheld"] = true, ["stat:canceled"] = true }

local function first(found, name) return found[name] and found[name][1] end

local function required(found, names, parent, report)
  for _, name in ipairs(names) do
    if not found[name] then report:error(parent.line, ("<%s> has no <%s>"):format(parent.name, name), "it is required") end
  end
end

local function check_meta(meta, report)
  local found = parts.by_name(meta, NAR)
  required(found, { "itemClass", "provider", "versionCreated" }, meta, report)
  parts.at_most_once(found, { "itemClass", "provider", "versionCreated", "firstCreated", "embargoed", "pubStatus" }, meta, report)
  for _, name in ipairs { "versionCreated", "firstCreated", "embargoed" } do
    parts.each(found, name, forms.instant, report, "is no instant", "write it with lede.time.rfc3339")
  end
  local class, status = first(found, "itemClass"), first(found, "pubStatus")
  if class and not (class.attributes.qcode or ""):find("^%w+:%w+") then report:error(class.line, "<itemClass> has no qcode", "qcode=\"ninat:text\"") end
  if status and not STATUSES[status.attributes.qcode or ""] then report:error(status.line, "<pubStatus>: its qcode is none of usable, withheld, canceled", "qcode=\"stat:usable\"") end
end

--- The parts of an item stand in one order.
local ORDER <const> = { catalogRef = 1, catalog = 1, hopHistory = 2, pubHistory = 3, rightsInfo = 4, itemMeta = 5, contentMeta = 6, partMeta = 7, assert = 8, inlineRef = 9, derivedFrom = 10, contentSet = 11 }

local function check_order(item, report)
  local last = 0
  for _, node in ipairs(item) do
    local place = type(node) == "table" and ORDER[node.name]
    if place and place < last then return report:error(node.line, ("<%s> stands too late"):format(node.name), "catalogRef, rightsInfo, itemMeta, contentMeta, contentSet") end
    last = place or last
  end
end

local function check_item(item, report)
  local a = item.attributes
  if not forms.absolute(a.guid) then report:error(item.line, "its guid is no absolute IRI", "write lede.feed.id of the article") end
  if not (a.version or "1"):find("^[1-9]%d*$") then report:error(item.line, "its version is no number", "version=\"1\"") end
  if a.standard ~= "NewsML-G2" or not (a.standardversion or ""):find("^2%.%d+$") then report:error(item.line, "it does not say which standard it follows", "standard=\"NewsML-G2\" standardversion=\"2.34\"") end
  if a.conformance ~= nil and a.conformance ~= "core" and a.conformance ~= "power" then report:error(item.line, "its conformance is neither core nor power", "conformance=\"power\"") end
  local found = parts.by_name(item, NAR)
  if not found.catalogRef and not found.catalog then report:error(item.line, "no catalog tells what its qcodes mean", "<catalogRef href=\"http://www.iptc.org/std/catalog/…\"/>") end
  required(found, { "itemMeta" }, item, report)
  check_order(item, report)
  if found.itemMeta then check_meta(found.itemMeta[1], report) end
end

return function(bytes, report)
  local root = check_xml(bytes, report)
  if not root then return end
  if root.space ~= NAR then return report:error(root.line, ("<%s> is not in the namespace of NewsML-G2"):format(root.name), "xmlns=\"" .. NAR .. "\"") end
  if root.name ~= "newsMessage" then return check_item(root, report) end
  local set = xml.child(root, "itemSet", NAR)
  if not set or not xml.child(root, "header", NAR) then return report:error(root.line, "<newsMessage> has no header or no itemSet", "both are required") end
  for _, item in ipairs(set) do
    if type(item) == "table" then check_item(item, report) end
  end
end
