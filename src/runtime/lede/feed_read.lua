--- lede.feed_read: RSS, Atom and JSON Feed read into one form, for those who look at feeds: what a partner wants of one, what a
--- subscriber sees between two.

local html = require("lede.html")
local json = require("lede.json")
local time = require("lede.time")
local xml = require("lede.xml")

local M = {}

local ATOM <const> = "http://www.w3.org/2005/Atom"
local CONTENT <const> = "http://purl.org/rss/1.0/modules/content/"
local DC <const> = "http://purl.org/dc/elements/1.1/"
local MEDIA <const> = "http://search.yahoo.com/mrss/"
local TOMBSTONES <const> = "http://purl.org/atompub/tombstones/1.0"

---@class lede.ReadItem
---@field id? string
---@field url? string
---@field title? string
---@field summary? string   plain text
---@field html? string
---@field published? string as it stands there
---@field updated? string
---@field language? string
---@field image? string
---@field source? string    where it comes from
---@field authors string[]
---@field tags string[]

---@class lede.ReadFeed: lede.ReadItem
---@field format "rss"|"atom"|"json"
---@field items lede.ReadItem[]
---@field withdrawn string[] ids of tombstones

local function trimmed(text)
  text = text and text:match("^%s*(.-)%s*$")
  return text ~= "" and text or nil
end

local function text_of(parent, name, space) return trimmed(xml.text(xml.child(parent, name, space or ""))) end

local function texts_of(parent, name, space)
  local found = {}
  for _, element in ipairs(xml.children(parent, name, space or "")) do found[#found + 1] = trimmed(xml.text(element)) end
  return found
end

local function plain(text) return text and trimmed(tostring(html.to_text(text))) end

--- ---- RSS

local function rss_image(item)
  for _, element in ipairs(xml.children(item, "content", MEDIA)) do
    if element.attributes.medium == "image" or (element.attributes.type or ""):find("^image/") then return element.attributes.url end
  end
  local enclosure = xml.child(item, "enclosure", "")
  if enclosure and (enclosure.attributes.type or ""):find("^image/") then return enclosure.attributes.url end
end

local function rss_item(item)
  local source = xml.child(item, "source", "")
  return {
    id = text_of(item, "guid"), url = text_of(item, "link"), title = text_of(item, "title"), summary = plain(text_of(item, "description")),
    html = text_of(item, "encoded", CONTENT), published = text_of(item, "pubDate"), updated = text_of(item, "updated", ATOM),
    image = rss_image(item), source = source and source.attributes.url, authors = texts_of(item, "creator", DC), tags = texts_of(item, "category"),
  }
end

local function of_rss(root)
  local channel = xml.child(root, "channel", "")
  if not channel then return nil, "its <rss> has no <channel>" end
  local feed = {
    format = "rss", title = text_of(channel, "title"), url = text_of(channel, "link"), summary = text_of(channel, "description"),
    language = text_of(channel, "language"), published = text_of(channel, "pubDate"), updated = text_of(channel, "lastBuildDate"),
    items = {}, withdrawn = {}, authors = {}, tags = {},
  }
  for i, item in ipairs(xml.children(channel, "item", "")) do feed.items[i] = rss_item(item) end
  return feed
end

--- ---- Atom

local function atom_link(parent, rel)
  for _, link in ipairs(xml.children(parent, "link", ATOM)) do
    if (link.attributes.rel or "alternate") == rel then return link.attributes.href, link.attributes.type end
  end
end

local function atom_text(parent, name)
  local element = xml.child(parent, name, ATOM)
  if not element then return nil end
  local text = trimmed(xml.text(element))
  return element.attributes.type == "html" and plain(text) or text
end

local function atom_item(entry)
  local content, authors, tags = xml.child(entry, "content", ATOM), {}, {}
  for _, author in ipairs(xml.children(entry, "author", ATOM)) do authors[#authors + 1] = text_of(author, "name", ATOM) end
  for _, category in ipairs(xml.children(entry, "category", ATOM)) do tags[#tags + 1] = category.attributes.term end
  local enclosure, kind = atom_link(entry, "enclosure")
  return {
    id = text_of(entry, "id", ATOM), url = atom_link(entry, "alternate"), title = atom_text(entry, "title"), summary = atom_text(entry, "summary"),
    html = content and trimmed(xml.text(content)), published = text_of(entry, "published", ATOM), updated = text_of(entry, "updated", ATOM),
    language = entry.attributes["xml:lang"], image = (kind or ""):find("^image/") and enclosure or nil, source = atom_link(entry, "via"),
    authors = authors, tags = tags,
  }
end

local function of_atom(root)
  local feed = {
    format = "atom", id = text_of(root, "id", ATOM), title = atom_text(root, "title"), url = atom_link(root, "alternate"),
    summary = atom_text(root, "subtitle"), language = root.attributes["xml:lang"], updated = text_of(root, "updated", ATOM),
    items = {}, withdrawn = {}, authors = {}, tags = {},
  }
  for i, entry in ipairs(xml.children(root, "entry", ATOM)) do feed.items[i] = atom_item(entry) end
  for i, gone in ipairs(xml.children(root, "deleted-entry", TOMBSTONES)) do feed.withdrawn[i] = gone.attributes.ref end
  return feed
end

--- ---- JSON Feed

local function json_text(value) return type(value) == "string" and trimmed(value) or nil end

local function json_item(item)
  local authors, tags = {}, {}
  for _, author in ipairs(type(item.authors) == "table" and item.authors or {}) do authors[#authors + 1] = type(author) == "table" and json_text(author.name) or nil end
  for _, tag in ipairs(type(item.tags) == "table" and item.tags or {}) do tags[#tags + 1] = json_text(tag) end
  return {
    id = json_text(item.id), url = json_text(item.url), title = json_text(item.title), summary = json_text(item.summary),
    html = json_text(item.content_html) or (item.content_text and tostring(html.escape(tostring(item.content_text)))), published = json_text(item.date_published),
    updated = json_text(item.date_modified), language = json_text(item.language), image = json_text(item.image),
    source = json_text(item.external_url), authors = authors, tags = tags,
  }
end

local function of_json(bytes)
  local found, err = json.decode(bytes)
  if type(found) ~= "table" then return nil, tostring(err or "it is no object") end
  if not tostring(found.version):find("^https://jsonfeed.org/version/") or type(found.items) ~= "table" then return nil, "it is no JSON Feed: no version, or no items" end
  local feed = {
    format = "json", title = json_text(found.title), url = json_text(found.home_page_url), summary = json_text(found.description),
    language = json_text(found.language), items = {}, withdrawn = {}, authors = {}, tags = {},
  }
  for _, item in ipairs(found.items) do
    if type(item) == "table" then feed.items[#feed.items + 1] = json_item(item) end
  end
  return feed
end

--- Reads a feed. Gives it, or nil and why not.
---@param bytes string
---@return lede.ReadFeed|nil feed
---@return string|nil why
function M.read(bytes)
  if bytes:find("^%s*{") or bytes:find("^\u{FEFF}?%s*{") then return of_json((bytes:gsub("^\u{FEFF}", ""))) end
  local root, err = xml.parse(bytes)
  if not root then return nil, tostring(err) end
  if root.name == "rss" then return of_rss(root) end
  if root.name == "feed" and root.space == ATOM then return of_atom(root) end
  return nil, ("its root is <%s>: it is none of RSS 2.0, Atom and JSON Feed"):format(root.name)
end

--- A date of any of the formats as an instant; nil when it is none.
---@param text string|nil
---@return integer|nil
function M.instant(text) return text and time.parse(text) or nil end

return M
