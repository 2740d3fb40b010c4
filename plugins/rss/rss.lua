--- plugins.rss.rss: an RSS 2.0 channel, element by element.

local xml = require("lede.feed_xml")
local add, add_empty, attributes = xml.add, xml.add_empty, xml.attributes
local rfc822 = lede.time.rfc822

local rss = { name = "rss", file = "index.xml", mime = "application/rss+xml", needs_items = true }

local NAMESPACES <const> = attributes(
  "xmlns:atom", "http://www.w3.org/2005/Atom", "xmlns:content", "http://purl.org/rss/1.0/modules/content/",
  "xmlns:dc", "http://purl.org/dc/elements/1.1/", "xmlns:fh", "http://purl.org/syndication/history/1.0",
  "xmlns:media", "http://search.yahoo.com/mrss/"
)

--- Readers take a description for HTML (RSS 2.0, "encoded HTML is allowed"), and a summary is text.
local function as_html(text) return (text:gsub("[&<]", { ["&"] = "&amp;", ["<"] = "&lt;" })) end

local function add_picture(out, image)
  local size = image.width and image.height
  out[#out + 1] = "<media:content"
    .. attributes("url", image.url, "medium", "image", "type", image.type, "width", size and image.width, "height", size and image.height) .. ">\n"
  add(out, "media:description", image.caption or image.alt)
  add(out, "media:credit", image.credit)
  out[#out + 1] = "</media:content>\n"
end

---@param item lede.FeedItem
---@param zone string
---@return string
function rss.item(item, zone)
  local out = { "<item>\n" }
  add(out, "title", item.title)
  add(out, "link", item.url)
  add(out, "guid", item.id, ' isPermaLink="false"')
  add(out, "pubDate", item.date ~= 0 and rfc822(item.date, zone))
  for _, person in ipairs(item.people) do add(out, "dc:creator", person.name) end
  for _, name in ipairs(xml.distinct { item.section or "", table.unpack(item.tags) }) do add(out, "category", name) end
  if item.source and item.source.feed then add(out, "source", item.source.name, attributes("url", item.source.feed)) end
  add(out, "description", as_html(item.summary))
  add(out, "content:encoded", item.html)
  if item.image then add_picture(out, item.image) end
  out[#out + 1] = "</item>\n"
  return table.concat(out)
end

local function add_link(out, rel, href)
  if href then add_empty(out, "atom:link", "rel", rel, "type", rel ~= "hub" and rss.mime, "href", href) end
end

--- The feed's bytes. Dates come from the articles, never from a clock: equal articles, equal feeds.
---@param channel lede.FeedChannel
---@param items string[] newest first
---@return string
function rss.feed(channel, items)
  local out = { '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"', NAMESPACES, ">\n<channel>\n" }
  add(out, "title", channel.title)
  add(out, "link", channel.home)
  add(out, "description", channel.description)
  add(out, "language", channel.lang)
  add(out, "pubDate", channel.published and rfc822(channel.published, channel.zone))
  add(out, "lastBuildDate", rfc822(channel.updated, channel.zone))
  add_link(out, "self", channel.self)
  for _, hub in ipairs(channel.hubs) do add_link(out, "hub", hub) end
  if channel.current then out[#out + 1] = "<fh:archive/>\n" end
  add_link(out, "current", channel.current)
  add_link(out, "prev-archive", channel.older)
  table.move(items, 1, #items, #out + 1, out)
  out[#out + 1] = "</channel>\n</rss>\n"
  return table.concat(out)
end

return rss
