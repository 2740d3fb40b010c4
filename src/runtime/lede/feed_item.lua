--- lede.feed_item: what feeds tell of one article: its id, dates, people, text. lede.feed is what plugins call.

local address_of = require("lede.address")
local corrections = require("lede.corrections")
local feed_html = require("lede.feed_html")
local html = require("lede.html")
local kinds = require("lede.kinds")
local memo = require("lede.memo")
local origin = require("lede.origin")
local xml = require("lede.xml")

local M = {}

local site, hook

--- What is the same for every article of a site.
---@param config table
---@param registry lede.Registry
function M.setup(config, registry)
  local root = config.base_url or ""
  site = {
    root = root, host = root:match("^%a[%w+.-]*://([^/:]+)") or root,
    date = config.feed.date, trusted = config.markdown.html ~= "keep",
  }
  hook = function(article, item)
    return registry:has("feed.item") and registry:fold("feed.item", article, item) or item
  end
end

--- The id of an article in every feed and wire. It outlives titles and addresses.
---@param article lede.Article|lede.StoredArticle|{ id: string }
---@return string
function M.id(article) return "tag:" .. site.host .. "," .. site.date .. ":" .. article.id end

---@param url string
---@return string
function M.absolute(url) return url:find("^/") and site.root .. url or url end

--- When an article last changed for its readers; 0: it has no date.
---@param article lede.Article|lede.StoredArticle
---@return integer
M.updated = corrections.updated

--- Who wrote it, with the pages of those who have one.
---@param article lede.Article
---@return { name: string, url: string|nil }[]
function M.people(article)
  local people, names, terms = {}, article.authors or {}, article.author_terms or {}
  for i, name in ipairs(names) do
    local url = #terms == #names and terms[i].url or nil
    if xml.escape(name):find("%S") then people[#people + 1] = { name = name, url = url and M.absolute(url) } end -- XML allows something of it
  end
  return people
end

--- The body for other people's readers: absolute addresses, no script, style, frame or form, and no pictures where the origin
--- keeps them.
---@param article lede.Article
---@return string
function M.html(article)
  return tostring(memo("feed.html:" .. article.id, function()
    local options = { trusted = site.trusted, pictures = origin.of(article).pictures }
    return feed_html.of(article.html, site.root .. article.url, site.root, options)
  end))
end

--- The picture of an article, as others may have it.
---@param article lede.Article
---@param record lede.Origin
---@return table|nil
function M.picture(article, record)
  local image = record.pictures and article.image
  local address = image and address_of.web(html.absolute(image.src, site.root .. article.url, site.root))
  if not address then return nil end
  local kind = kinds.known(address)
  return {
    url = address, type = kind and kind:find("^image/") and kind or nil, alt = image.alt, caption = image.caption, credit = image.credit,
    width = image.width, height = image.height,
  }
end

--- Where it comes from, for what names its source; nil for what is the site's own.
local function source(record)
  if not record.has_origin then return nil end
  return {
    name = record.name or record.domain, url = record.url, feed = record.feed, published = record.published,
    notice = origin.sentence(record),
  }
end

--- What a feed says of an article, as hook feed.item leaves it.
---@param article lede.Article
---@param full boolean with the whole text
---@return lede.FeedItem
function M.of(article, full)
  local record = origin.of(article)
  local address = site.root .. article.url
  return hook(article, {
    id = M.id(article), url = address, title = article.title, summary = article.excerpt, html = full and M.html(article) or nil,
    date = article.date, updated = M.updated(article), lang = article.lang, section = article.section_slug and article.section,
    tags = article.tags, people = M.people(article), image = M.picture(article, record), source = source(record),
  })
end

return M
