--- plugins.rss.feed: an RSS 2.0 channel, element by element.

local absolute = require("plugins.rss.absolute")
local escape = lede.xml.escape

local feed = {}

---@class plugins.rss.Channel
---@field title string
---@field link string absolute
---@field self string absolute address of the feed
---@field description string
---@field lang string
---@field root string base_url without a slash at its end
---@field host string
---@field tag_date string
---@field zone string of the dates
---@field full boolean whole bodies, or summaries only

--- The newest `limit` stories of a query: pages that are no stories ("About us") are passed over.
---@param edition table
---@param section string? slug
---@param limit integer
---@return table[]
function feed.stories(edition, section, limit)
  local found, offset, window = {}, 0, math.min(limit + 8, 10000)
  repeat
    local some = edition:articles { section = section, offset = offset, limit = window }
    for _, article in ipairs(some) do
      if article.type ~= "page" and #found < limit then
        found[#found + 1] = article
      end
    end
    offset = offset + window
  until #found == limit or #some < window
  return found
end

--- Never changes, whatever happens to URL and title.
local function guid(channel, article)
  return "tag:" .. channel.host .. "," .. channel.tag_date .. ":" .. article.id
end

local function add(out, name, text)
  if text and text ~= "" then
    out[#out + 1] = "<" .. name .. ">" .. escape(text) .. "</" .. name .. ">\n"
  end
end

--- Readers take a description for HTML (RSS 2.0, "encoded HTML is allowed"), and an excerpt is text.
local function as_html(text)
  return (text:gsub("[&<]", { ["&"] = "&amp;", ["<"] = "&lt;" }))
end

local function add_item(out, channel, article)
  local address = channel.root .. article.url
  out[#out + 1] = "<item>\n"
  add(out, "title", article.title)
  add(out, "link", address)
  out[#out + 1] = '<guid isPermaLink="false">' .. escape(guid(channel, article)) .. "</guid>\n"
  add(out, "pubDate", lede.time.rfc822(article.date, channel.zone))
  for _, author in ipairs(article.authors) do
    add(out, "dc:creator", author)
  end
  if article.section_slug then
    add(out, "category", article.section)
  end
  for _, tag in ipairs(article.tags) do
    add(out, "category", tag)
  end
  add(out, "description", as_html(article.excerpt))
  if channel.full then
    add(out, "content:encoded", absolute.html(tostring(article.html), address, channel.root))
  end
  out[#out + 1] = "</item>\n"
end

--- The feed's bytes. Dates come from the articles, never from a clock: equal articles, equal feeds.
---@param channel plugins.rss.Channel
---@param articles table[] newest first
---@return string
function feed.render(channel, articles)
  local out = {
    '<?xml version="1.0" encoding="utf-8"?>\n',
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"',
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"',
    ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n',
  }
  add(out, "title", channel.title)
  add(out, "link", channel.link)
  out[#out + 1] = "<description>" .. escape(channel.description) .. "</description>\n"
  add(out, "language", channel.lang)
  if articles[1] then
    add(out, "lastBuildDate", lede.time.rfc822(articles[1].date, channel.zone))
  end
  out[#out + 1] = '<atom:link rel="self" type="application/rss+xml" href="' .. escape(channel.self) .. '"/>\n'
  for _, article in ipairs(articles) do
    add_item(out, channel, article)
  end
  out[#out + 1] = "</channel>\n</rss>\n"
  return table.concat(out)
end

return feed
