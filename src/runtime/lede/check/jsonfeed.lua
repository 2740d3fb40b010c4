--- lede.check.jsonfeed: JSON Feed 1.1.

local forms = require("lede.check.forms")
local json = require("lede.json")
local parts = require("lede.check.parts")

local ADDRESSES <const> = { "home_page_url", "feed_url", "next_url", "icon", "favicon" }
local ITEM_ADDRESSES <const> = { "url", "external_url", "image", "banner_image" }
local FEED_FIELDS <const> = { version = "string", title = "string", home_page_url = "string", feed_url = "string", description = "string", user_comment = "string", next_url = "string", icon = "string", favicon = "string", authors = "table", author = "table", language = "string", expired = "boolean", hubs = "table", items = "table" }
local ITEM_FIELDS <const> = { id = "string", url = "string", external_url = "string", title = "string", content_html = "string", content_text = "string", summary = "string", image = "string", banner_image = "string", date_published = "string", date_modified = "string", authors = "table", author = "table", tags = "table", language = "string", attachments = "table" }

local function check_fields(object, fields, what, line, report)
  for key, value in pairs(object) do
    local wanted = fields[key]
    if not wanted then
      if not tostring(key):find("^_") then report:warn(line, ("%s has no field '%s'"):format(what, key), "names of one's own begin with '_'") end
    elseif type(value) ~= wanted then
      report:error(line, ("%s: %s is a %s"):format(what, key, wanted), "see JSON Feed 1.1")
    end
  end
end

local function check_authors(object, line, report)
  for _, author in ipairs(forms.list(object.authors) and object.authors or {}) do
    if type(author) ~= "table" or not (author.name or author.url or author.avatar) then report:error(line, "an author has neither name, url nor avatar", "give one of them") end
  end
end

local function check_addresses(object, names, what, line, report)
  for _, name in ipairs(names) do
    local url = object[name]
    if url ~= nil and not forms.absolute(url) then report:error(line, ("%s: %s is no absolute address"):format(what, name), "write it with page.absolute, and set base_url") end
  end
end

local function check_attachments(item, line, report)
  for _, attachment in ipairs(forms.list(item.attachments) and item.attachments or {}) do
    if type(attachment) ~= "table" or not forms.absolute(attachment.url) or not forms.mime(attachment.mime_type) then
      report:error(line, "an attachment has no url or mime_type", "both are required")
    end
  end
end

local function check_item(item, line_of, report, place, unique)
  if type(item) ~= "table" then return report:error(1, "an item is no object", "see JSON Feed 1.1") end
  local id = item.id
  local line = type(id) == "string" and line_of(json.encode(id)) or 1
  if type(id) ~= "string" or id == "" then
    report:error(line, "an item has no id", "write lede.feed.id of the article")
  elseif unique(id, line) then
    report:error(line, ("two items have the id %s"):format(id), "each item has an id of its own")
  end
  check_fields(item, ITEM_FIELDS, "item", line, report)
  if item.content_html == nil and item.content_text == nil then report:error(line, "an item has neither content_html nor content_text", "give one of them") end
  check_addresses(item, ITEM_ADDRESSES, "item", line, report)
  if forms.absolute(item.url) and place.has and not place.has(item.url) then report:error(line, ("item: %s is not there"):format(item.url), "publish that page, or leave the item out") end
  for _, name in ipairs { "date_published", "date_modified" } do
    if item[name] ~= nil and not forms.instant(item[name]) then report:error(line, ("item: %s is no instant of RFC 3339"):format(name), "write it with lede.time.rfc3339") end
  end
  if item.language ~= nil and not forms.language(item.language) then report:error(line, "item: its language is none", "write \"en\" or \"fr-FR\"") end
  check_authors(item, line, report)
  check_attachments(item, line, report)
  if type(item.content_html) == "string" then parts.html(item.content_html, line, report, place) end
end

return function(bytes, report, place)
  local feed, err = json.decode(bytes)
  if type(feed) ~= "table" then return report:error(err and err.line or 1, err and err.message or "a feed is an object", "write it with lede.json.encode") end
  if feed.version ~= "https://jsonfeed.org/version/1.1" and feed.version ~= "https://jsonfeed.org/version/1" then report:error(1, "its version is none", "https://jsonfeed.org/version/1.1") end
  if type(feed.title) ~= "string" then report:error(1, "the feed has no title", "title is required") end
  if not forms.list(feed.items) then return report:error(1, "the feed has no list of items", "items is required; it may be empty") end
  check_fields(feed, FEED_FIELDS, "feed", 1, report)
  check_addresses(feed, ADDRESSES, "feed", 1, report)
  for _, name in ipairs { "home_page_url", "feed_url" } do
    if feed[name] == nil then report:warn(1, ("the feed has no %s"):format(name), "a feed that is public names home_page_url and feed_url") end
  end
  if feed.next_url ~= nil and feed.next_url == feed.feed_url then report:error(1, "next_url is the feed itself", "name the next page, or nothing") end
  if feed.language ~= nil and not forms.language(feed.language) then report:error(1, "its language is none", "write \"en\" or \"fr-FR\"") end
  check_authors(feed, 1, report)
  for _, hub in ipairs(forms.list(feed.hubs) and feed.hubs or {}) do
    if type(hub) ~= "table" or type(hub.type) ~= "string" or not forms.absolute(hub.url) then report:error(1, "a hub has no type or url", "both are required") end
  end
  local unique, line_of = parts.unique(), forms.line_finder(bytes)
  for _, item in ipairs(feed.items) do check_item(item, line_of, report, place, unique) end
end
