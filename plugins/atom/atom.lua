--- plugins.atom.atom: an Atom feed (RFC 4287) with archives (RFC 5005) and tombstones (RFC 6721), element by element.

local xml = require("lede.feed_xml")
local add, add_empty, attributes = xml.add, xml.add_empty, xml.attributes
local rfc3339 = lede.time.rfc3339

local atom = { name = "atom", file = "atom.xml", mime = "application/atom+xml", tombstones = true }

local NAMESPACES <const> = attributes(
  "xmlns", "http://www.w3.org/2005/Atom", "xmlns:at", "http://purl.org/atompub/tombstones/1.0", "xmlns:fh", "http://purl.org/syndication/history/1.0"
)

local function add_person(out, person)
  out[#out + 1] = "<author>\n"
  add(out, "name", person.name)
  add(out, "uri", person.url)
  out[#out + 1] = "</author>\n"
end

--- The feed that a republished article was first in: its address stands for its id, which nobody here knows.
local function add_source(out, item, zone)
  local source = item.source
  local id = source.feed or source.url
  if not id then return end
  out[#out + 1] = "<source>\n"
  add(out, "id", id)
  add(out, "title", source.name)
  add(out, "updated", rfc3339(source.published or item.date, zone))
  if source.feed then add_empty(out, "link", "rel", "self", "href", source.feed) end
  out[#out + 1] = "</source>\n"
end

---@param item lede.FeedItem
---@param zone string
---@return string
function atom.item(item, zone)
  local out = { "<entry" .. attributes("xml:lang", item.lang) .. ">\n" }
  add(out, "id", item.id)
  out[#out + 1] = "<title>" .. lede.xml.escape(item.title) .. "</title>\n" -- there must be one
  add(out, "updated", rfc3339(item.updated, zone))
  add(out, "published", item.date ~= 0 and rfc3339(item.date, zone))
  add_empty(out, "link", "rel", "alternate", "type", "text/html", "href", item.url)
  if item.source and item.source.url then add_empty(out, "link", "rel", "via", "href", item.source.url, "title", item.source.name) end
  if item.image then add_empty(out, "link", "rel", "enclosure", "type", item.image.type, "href", item.image.url, "title", item.image.alt) end
  for _, person in ipairs(item.people) do add_person(out, person) end
  for _, name in ipairs(xml.distinct { item.section or "", table.unpack(item.tags) }) do add_empty(out, "category", "term", name) end
  add(out, "summary", item.summary)
  add(out, "content", item.html, ' type="html"')
  if item.source then add_source(out, item, zone) end
  out[#out + 1] = "</entry>\n"
  return table.concat(out)
end

local function add_link(out, rel, href)
  if href then add_empty(out, "link", "rel", rel, "type", rel ~= "hub" and (rel == "alternate" and "text/html" or atom.mime), "href", href) end
end

--- The feed's bytes. Dates come from the articles, never from a clock: equal articles, equal feeds.
---@param channel lede.FeedChannel
---@param items string[] newest first
---@return string
function atom.feed(channel, items)
  local out = { '<?xml version="1.0" encoding="utf-8"?>\n<feed', NAMESPACES, attributes("xml:lang", channel.lang), ">\n" }
  add(out, "id", channel.id)
  add(out, "title", channel.title)
  add(out, "subtitle", channel.description ~= channel.title and channel.description)
  add(out, "updated", rfc3339(channel.updated, channel.zone))
  add_person(out, { name = channel.author, url = channel.site })
  add_link(out, "alternate", channel.home)
  add_link(out, "self", channel.self)
  for _, hub in ipairs(channel.hubs) do add_link(out, "hub", hub) end
  if channel.current then out[#out + 1] = "<fh:archive/>\n" end
  add_link(out, "current", channel.current)
  add_link(out, "prev-archive", channel.older)
  for _, piece in ipairs(channel.withdrawn) do add_empty(out, "at:deleted-entry", "ref", piece.id, "when", rfc3339(piece.at, channel.zone)) end
  table.move(items, 1, #items, #out + 1, out)
  out[#out + 1] = "</feed>\n"
  return table.concat(out)
end

return atom
