--- lede.check.rss: RSS 2.0, with the advice of the RSS Advisory Board.

local check_xml = require("lede.check.xml")
local forms = require("lede.check.forms")
local parts = require("lede.check.parts")
local xml = require("lede.xml")

local ATOM <const> = "http://www.w3.org/2005/Atom"
local CONTENT <const> = "http://purl.org/rss/1.0/modules/content/"
local CHANNEL_ONCE <const> = { "title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate", "generator", "docs", "cloud", "ttl", "image", "rating", "textInput", "skipHours", "skipDays" }
local ITEM_ONCE <const> = { "title", "link", "description", "author", "comments", "enclosure", "guid", "pubDate", "source" }
local DATE_REMEDY <const> = "write it with lede.time.rfc822: Fri, 01 May 2026 10:00:00 +0200"

local function set(...)
  local found = {}
  for _, names in ipairs { ... } do
    for _, name in ipairs(names) do found[name] = true end
  end
  return found
end
local IN_CHANNEL <const> = set(CHANNEL_ONCE, { "category", "item" })
local IN_ITEM <const> = set(ITEM_ONCE, { "category" })

local function known(found, names, parent, report)
  for name, list in pairs(found) do
    if not names[name] then report:error(list[1].line, ("<%s> has no place in <%s>"):format(name, parent), "leave it out, or give it the namespace that it comes from") end
  end
end

local function check_mail(found, name, report)
  parts.each(found, name, function(text) return text:find("[^%s@]+@[^%s@]+%.[^%s@]+") ~= nil end, report, "has no e-mail address", "write \"mail@example.org (Name)\", or name people in dc:creator")
end

local function check_self(channel, report)
  for _, link in ipairs(xml.children(channel, "link", ATOM)) do
    if not forms.absolute(link.attributes.href) then report:error(link.line, "<atom:link>: its href is no absolute address", "write the address that people subscribe to") end
    if link.attributes.rel == "self" then return end
  end
  report:warn(channel.line, "the channel does not say where it is", "add <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"…\"/>")
end

local function check_image(image, report)
  local found = parts.by_name(image, "")
  for _, name in ipairs { "url", "title", "link" } do
    if not found[name] then report:error(image.line, ("<image> has no <%s>"):format(name), "an image has url, title and link, the last two as the channel") end
  end
end

local function check_guid(guid, report)
  local value, permanent = xml.text(guid), guid.attributes.isPermaLink
  if permanent ~= nil and permanent ~= "true" and permanent ~= "false" then report:error(guid.line, "<guid>: isPermaLink is true or false", "isPermaLink=\"false\"") end
  if value:match("^%s*$") then
    report:error(guid.line, "<guid> is empty", "write lede.feed.id of the article")
  elseif permanent ~= "false" and not forms.web(value:match("^%s*(.-)%s*$")) then
    report:error(guid.line, ("<guid>: '%s' is taken for an address and is none"):format(value:sub(1, 80)), "add isPermaLink=\"false\"")
  end
  return value
end

local function check_enclosure(enclosure, report)
  local a = enclosure.attributes
  if not forms.web(a.url) then report:error(enclosure.line, "<enclosure>: its url is no address of the web", "url, length and type are all required") end
  if not (a.length or ""):find("^%d+$") then report:error(enclosure.line, "<enclosure>: its length is no number of bytes", "url, length and type are all required") end
  if not forms.mime(a.type) then report:error(enclosure.line, "<enclosure>: its type is no media type", "url, length and type are all required") end
end

local function first_index(item, name, space)
  for i, node in ipairs(item) do
    if type(node) == "table" and node.name == name and node.space == space then return i, node end
  end
end

local function check_texts(item, found, report, place)
  local at, encoded = first_index(item, "encoded", CONTENT)
  local before = first_index(item, "description", "")
  if at and before and before > at then report:warn(encoded.line, "content:encoded stands before description", "write the summary first: readers take what comes first for it") end
  if encoded then parts.html(xml.text(encoded), encoded.line, report, place) end
  if found.description then parts.html(xml.text(found.description[1]), found.description[1].line, report, place) end
end

local function check_item(item, report, place, unique)
  local found = parts.by_name(item, "")
  known(found, IN_ITEM, "item", report)
  parts.at_most_once(found, ITEM_ONCE, item, report)
  if not found.title and not found.description then report:error(item.line, "<item> has neither title nor description", "give it one of them") end
  parts.each(found, "pubDate", forms.mail_date, report, "is no date of RFC 822", DATE_REMEDY)
  check_mail(found, "author", report)
  if found.link then parts.address(parts.text(found, "link"), found.link[1], report, place) end
  if found.guid then
    local before = unique(check_guid(found.guid[1], report), found.guid[1].line)
    if before then report:error(found.guid[1].line, ("<guid> is the one of the item on line %d"):format(before), "each item has an id of its own") end
  end
  if found.enclosure then check_enclosure(found.enclosure[1], report) end
  if found.source and not forms.web(found.source[1].attributes.url) then
    report:error(found.source[1].line, "<source>: its url is no address of the web", "it names the feed that the item comes from; leave <source> out when there is none")
  end
  check_texts(item, found, report, place)
end

return function(bytes, report, place)
  local root = check_xml(bytes, report)
  if not root then return end
  if root.name ~= "rss" or root.attributes.version ~= "2.0" then
    return report:error(root.line, ("<%s version=\"%s\"> is not RSS 2.0"):format(root.name, root.attributes.version or ""), "write <rss version=\"2.0\">")
  end
  local channels = xml.children(root, "channel", "")
  if #channels ~= 1 then return report:error(root.line, ("<rss> has %d channels"):format(#channels), "there is one <channel> in it") end
  local channel = channels[1]
  local found = parts.by_name(channel, "")
  known(found, IN_CHANNEL, "channel", report)
  parts.at_most_once(found, CHANNEL_ONCE, channel, report)
  for _, name in ipairs { "title", "link", "description" } do
    if not found[name] then report:error(channel.line, ("<channel> has no <%s>"):format(name), "title, link and description are required; description may be empty") end
  end
  if found.link then parts.address(parts.text(found, "link"), found.link[1], report, place) end
  parts.each(found, "language", forms.language, report, "is no language", "write \"en\" or \"fr-FR\"")
  parts.each(found, "pubDate", forms.mail_date, report, "is no date of RFC 822", DATE_REMEDY)
  parts.each(found, "lastBuildDate", forms.mail_date, report, "is no date of RFC 822", DATE_REMEDY)
  check_mail(found, "managingEditor", report)
  check_mail(found, "webMaster", report)
  check_self(channel, report)
  if found.image then check_image(found.image[1], report) end
  local unique = parts.unique()
  for _, item in ipairs(found.item or {}) do check_item(item, report, place, unique) end
end
