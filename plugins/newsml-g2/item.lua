--- plugins.newsml-g2.item: a newsItem of NewsML-G2, element by element, in the order that the standard wants. The body is HTML as data:
--- receivers that keep XHTML make it themselves, and no body can break the document around it.

local escape = lede.xml.escape

local M = {}

local STANDARD <const> = "2.34"
local CATALOG <const> = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_40.xml"

--- <name attributes>text</name>; nothing when there is no text.
local function add(out, name, text, attributes)
  if text and text ~= "" then out[#out + 1] = "<" .. name .. (attributes or "") .. ">" .. escape(text) .. "</" .. name:match("^%S+") .. ">\n" end
end

--- An element whose name is a text within it.
local function add_named(out, element, name, uri)
  if not name or name == "" then return end
  local attribute = uri and ' uri="' .. escape(uri) .. '"' or ' literal="' .. escape(name) .. '"'
  out[#out + 1] = "<" .. element .. attribute .. "><name>" .. escape(name) .. "</name></" .. element .. ">\n"
end

local function add_rights(out, item)
  out[#out + 1] = "<rightsInfo>\n"
  add_named(out, "copyrightHolder", item.holder)
  add(out, "copyrightNotice", item.source and item.source.notice)
  add(out, "usageTerms", item.origin and (item.origin.terms or item.origin.license))
  out[#out + 1] = "</rightsInfo>\n"
end

local function add_item_meta(out, item, provider)
  out[#out + 1] = '<itemMeta>\n<itemClass qcode="ninat:text"/>\n'
  add_named(out, "provider", provider)
  add(out, "versionCreated", item.version or item.first or "1970-01-01T00:00:00Z")
  add(out, "firstCreated", item.first)
  out[#out + 1] = '<pubStatus qcode="stat:' .. item.status .. '"/>\n'
  add(out, "title", item.title)
  for _, correction in ipairs(item.corrections) do add(out, "edNote", correction.text, ' role="ednoterole:corrected"') end
  if item.image then
    local kind = item.image.type and ' contenttype="' .. escape(item.image.type) .. '"' or ""
    out[#out + 1] = '<link rel="irel:associatedWith" href="' .. escape(item.image.url) .. '"' .. kind .. "/>\n"
  end
  out[#out + 1] = "</itemMeta>\n"
end

local function add_content_meta(out, item)
  out[#out + 1] = "<contentMeta>\n"
  add(out, "contentCreated", item.first)
  add(out, "contentModified", item.version)
  add_named(out, "located", item.located)
  if item.source then add_named(out, "infoSource", item.source.name, item.source.url) end
  for _, person in ipairs(item.people) do add_named(out, "creator", person.name, person.url) end
  if item.lang and item.lang ~= "" then out[#out + 1] = '<language tag="' .. escape(item.lang) .. '"/>\n' end
  if item.section then add_named(out, "subject", item.section) end
  for _, tag in ipairs(item.tags) do add_named(out, "subject", tag) end
  add(out, "slugline", item.kicker)
  add(out, "headline", item.title)
  local names = {}
  for i, person in ipairs(item.people) do names[i] = person.name end
  add(out, "by", table.concat(names, ", "))
  add(out, "description", item.summary, ' role="drol:summary"')
  out[#out + 1] = "</contentMeta>\n"
end

local function add_content(out, item)
  local words = item.words and item.words > 0 and ' wordcount="' .. item.words .. '"' or ""
  out[#out + 1] = "<contentSet>\n"
  add(out, "inlineData", item.html, ' contenttype="text/html"' .. words)
  out[#out + 1] = "</contentSet>\n"
end

---@param item lede.WireItem
---@param provider string
---@return string
function M.render(item, provider)
  local version = item.updated and item.updated > 0 and item.updated or 1
  local out = {
    '<?xml version="1.0" encoding="utf-8"?>\n<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="', escape(item.id), '" version="', tostring(version),
    '" standard="NewsML-G2" standardversion="', STANDARD, '" conformance="power"', item.lang and item.lang ~= "" and ' xml:lang="' .. escape(item.lang) .. '"' or "",
    '>\n<catalogRef href="', CATALOG, '"/>\n',
  }
  add_rights(out, item)
  local usable = item.status == "usable"
  add_item_meta(out, usable and item or { status = item.status, first = item.first, version = item.version, corrections = {} }, provider)
  if usable then
    add_content_meta(out, item)
    if item.html and item.html ~= "" then add_content(out, item) end
  end
  out[#out + 1] = "</newsItem>\n"
  return table.concat(out)
end

return M
