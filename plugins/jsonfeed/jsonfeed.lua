--- plugins.jsonfeed.jsonfeed: JSON Feed 1.1, key by key. A list without members is left out, not written as empty.

local json = lede.json
local rfc3339 = lede.time.rfc3339

local jsonfeed = { name = "jsonfeed", file = "feed.json", mime = "application/feed+json" }

local function some(list) return #list > 0 and list or nil end

local function moment(t, zone) return t ~= 0 and rfc3339(t, zone) or nil end

--- It must have a text: where there is no HTML, the summary, else the title.
local function text_of(item)
  if item.html and item.html ~= "" then return nil end
  return item.summary ~= "" and item.summary or item.title
end

---@param item lede.FeedItem
---@param zone string
---@return string
function jsonfeed.item(item, zone)
  local text = text_of(item)
  return json.encode {
    id = item.id, url = item.url, external_url = item.source and item.source.url, title = item.title ~= "" and item.title or nil,
    summary = item.summary ~= "" and item.summary or nil, content_html = not text and item.html or nil, content_text = text,
    image = item.image and item.image.url, language = item.lang, date_published = moment(item.date, zone),
    date_modified = item.updated ~= item.date and moment(item.updated, zone) or nil, authors = some(item.people), tags = some(item.tags),
  }
end

--- The feed's bytes. next_url leads from archive to archive, each older than the one before.
---@param channel lede.FeedChannel
---@param items string[] newest first
---@return string
function jsonfeed.feed(channel, items)
  local hubs = {}
  for i, hub in ipairs(channel.hubs) do hubs[i] = { type = "WebSub", url = hub } end
  local head = json.encode {
    version = "https://jsonfeed.org/version/1.1", title = channel.title, home_page_url = channel.home, feed_url = channel.self,
    description = channel.description ~= channel.title and channel.description or nil, language = channel.lang, next_url = channel.older,
    authors = { { name = channel.author, url = channel.site } }, hubs = some(hubs),
  }
  return head:sub(1, -2) .. ',"items":[' .. table.concat(items, ",\n") .. "]}\n"
end

return jsonfeed
