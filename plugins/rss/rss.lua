--- plugins.rss.rss: an RSS 2.0 channel, element by element.

local escape = lede.xml.escape
local rfc822 = lede.time.rfc822

local rss = { name = "rss", file = "index.xml", mime = "application/rss+xml" }

local NAMESPACES = ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
  .. ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:fh="http://purl.org/syndication/history/1.0" xmlns:media="http://search.yahoo.com/mrss/"'

local function add(out, name, text)
  if text and text ~= "" then out[#out + 1] = "<" .. name .. ">" .. escape(text) .. "</" .. name .. ">\n" end
end

--- An empty element with those attributes that are there: name, value, name, value.
local function add_empty(out, element, attributes)
  out[#out + 1] = "<" .. element
  for i = 1, #attributes, 2 do
    if attributes[i + 1] then out[#out + 1] = " " .. attributes[i] .. '="' .. escape(tostring(attributes[i + 1])) .. '"' end
  end
  out[#out + 1] = "/>\n"
end

local function add_link(out, rel, href) add_empty(out, "atom:link", { "rel", rel, "type", rel ~= "hub" and rss.mime, "href", href }) end

--- Readers take a description for HTML (RSS 2.0, "encoded HTML is allowed"), and an excerpt is text.
local function as_html(text) return (text:gsub("[&<]", { ["&"] = "&amp;", ["<"] = "&lt;" })) end

local function add_picture(out, image)
  out[#out + 1] = '<media:content url="' .. escape(image.url) .. '" medium="image"'
    .. (image.type and ' type="' .. image.type .. '"' or "")
    .. (image.width and image.height and ' width="' .. image.width .. '" height="' .. image.height .. '"' or "") .. ">\n"
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
  out[#out + 1] = '<guid isPermaLink="false">' .. escape(item.id) .. "</guid>\n"
  add(out, "pubDate", item.date ~= 0 and rfc822(item.date, zone))
  for _, person in ipairs(item.people) do add(out, "dc:creator", person.name) end
  add(out, "category", item.section)
  for _, tag in ipairs(item.tags) do add(out, "category", tag) end
  if item.source and item.source.feed then
    out[#out + 1] = '<source url="' .. escape(item.source.feed) .. '">' .. escape(item.source.name) .. "</source>\n"
  end
  add(out, "description", as_html(item.summary))
  add(out, "content:encoded", item.html)
  if item.image then add_picture(out, item.image) end
  out[#out + 1] = "</item>\n"
  return table.concat(out)
end

--- The feed's bytes. Dates come from the articles, never from a clock: equal articles, equal feeds.
---@param channel lede.FeedChannel
---@param items string[] newest first
---@return string
function rss.feed(channel, items)
  local out = { '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"' .. NAMESPACES .. ">\n<channel>\n" }
  add(out, "title", channel.title)
  add(out, "link", channel.home)
  out[#out + 1] = "<description>" .. escape(channel.description) .. "</description>\n"
  add(out, "language", channel.lang)
  add(out, "lastBuildDate", rfc822(channel.updated, channel.zone))
  add_link(out, "self", channel.self)
  for _, hub in ipairs(channel.hubs) do add_link(out, "hub", hub) end
  if channel.current then out[#out + 1] = "<fh:archive/>\n" end
  if channel.current then add_link(out, "current", channel.current) end
  if channel.older then add_link(out, "prev-archive", channel.older) end
  out[#out + 1] = table.concat(items)
  out[#out + 1] = "</channel>\n</rss>\n"
  return table.concat(out)
end

return rss
