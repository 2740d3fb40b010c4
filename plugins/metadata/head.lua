--- plugins.metadata.head: what the head of a page says, gathered from the page and the record of its origin. templates/metadata.html
--- writes it. apply() sets it up once; afterwards its functions only read the edition.

local address = require("lede.address")
local corrections = require("lede.corrections")
local feed = require("lede.feed")
local languages = require("plugins.metadata.languages")
local origin = require("lede.origin")
local schema = require("plugins.metadata.schema")
local time = require("lede.time")

local M = {}

local options, base, zone, told
local site_feeds -- links of those that every page names; found when the first page asks
local preferred -- what a layout calls the site, and its picture

local function text(s)
  if s ~= "" then return s end
end

local function absolute(url)
  if url:byte() == 47 then return base .. url end
  if url:find("^%a[%w+.-]*:") then return url end
  return base .. "/" .. url
end

--- Where that is on the web; nil for what is nowhere, and of the site's own without base_url.
local function web(url) return url and url ~= "" and address.web(absolute(url)) or nil end

--- What a layout shows as the site's name, and the picture of pages that have none.
---@param given { site_name: string?, image: string? }
function M.prefer(given)
  preferred.site_name = given.site_name or preferred.site_name
  local url = not preferred.image and web(given.image)
  if url then preferred.image = { url = url } end
end

---@param site table
---@param given table options of the plugin
function M.setup(site, given)
  options, base, zone = given, site.base_url, site.config.timezone
  preferred = { site_name = site.title }
  M.prefer { image = given.image }
  local of = given.publisher
  local home = web(of.url) or web("/")
  local publisher = { ["@type"] = "Organization", name = text(of.name) or site.title, url = home, logo = web(of.logo) }
  told = {
    zone = zone, absolute = base ~= "" and absolute, constant = schema.constant(publisher, web(given.principles), given.free),
  }
  site_feeds = nil
  M.twitter, M.robots, M.description = text(given.twitter), text(given.robots), text(site.description)
end

--- The address of a picture, which a bundle may name relative to its article.
---@param article table
---@param src string
---@return string
function M.picture(article, src)
  if src:find("^/") or src:find("^%a[%w+.-]*:") then return src end
  return article.url:match("^.*/") .. src
end

---@class plugins.metadata.Given
---@field title? string        of the page, without the site's name
---@field summary? string
---@field home? string        the layout's word for the front page
---@field robots? string       "noindex": of a page that nobody is to find

---@class plugins.metadata.Head
---@field title string
---@field site_name string
---@field description? string
---@field address? string      the page that is to be found in place of this one, or this one; absolute
---@field robots { name: string, content: string }[]
---@field group table[]        articles that stand for each language
---@field is_story boolean
---@field article? table
---@field record? lede.Origin  of the article
---@field image? table         url, alt, width, height
---@field published? string
---@field modified? string
---@field section? table       term
---@field feeds lede.FeedLink[]
---@field schema? string      an element

local function picture_of(article)
  local image = article.image_src and article.image
  local url = image and web(M.picture(article, image.src))
  if url then
    return { url = url, alt = image.alt, width = image.width, height = image.height, caption = image.caption, credit = image.credit }
  end
  return preferred.image
end

--- The way from the front page to an article. The first step is called what the layout calls it, if it has a word for it.
local function way(m, section, home)
  local first = home and home ~= "home" and home or m.site_name
  return schema.crumbs({ { name = first, url = absolute("/") }, { name = section.title, url = absolute(section.url) } }, m.title)
end

---@return plugins.metadata.Head
local function of_article(page, article, given)
  local record = origin.of(article)
  local at, has_address = article.date, base ~= ""
  local section = article.section_slug and article.section_term
  local m = {
    article = article, record = record, title = given.title or article.title, site_name = preferred.site_name, description = given.summary or article.excerpt,
    address = record.canonical or has_address and absolute(page.url) or nil, robots = record.robots,
    is_story = article.type ~= "page" and at ~= 0, image = picture_of(article), section = section or nil,
    group = has_address and languages.group(article) or {},
  }
  local story
  if m.is_story then
    local changed = corrections.updated(article)
    m.published = time.rfc3339(at, zone)
    m.modified = changed ~= at and time.rfc3339(changed, zone) or m.published
    story = m.address and schema.article(m, told)
  end
  m.schema = schema.element(story, section and has_address and section.url and way(m, section, given.home) or nil)
  return m
end

local HEADLINES <const> = 3

--- What is on a list that nobody described: its first headlines, which the page shows anyway.
local function headlines(page)
  local found = {}
  for i, article in ipairs(page.items or {}) do
    if i <= HEADLINES then found[i] = article.title end
  end
  return table.concat(found, " · ")
end

local function of_list(page, given)
  local term = page.section or page.tag or page.author
  return {
    title = given.title or term and term.title or preferred.site_name, site_name = preferred.site_name,
    description = text(given.summary or term and (term.summary or headlines(page)) or M.description or headlines(page)), address = base ~= "" and absolute(page.url) or nil,
    robots = {}, group = {}, is_story = false, image = preferred.image,
  }
end

local function feeds_of(page)
  if page.section or page.tag or page.author then return feed.of_page(page) end
  site_feeds = site_feeds or feed.of_page(page)
  return site_feeds
end

---@param page table
---@param given plugins.metadata.Given
---@return plugins.metadata.Head
function M.of(page, given)
  local m = page.article and of_article(page, page.article, given) or of_list(page, given)
  m.feeds = feeds_of(page)
  if given.robots then
    m.robots = { { name = "robots", content = given.robots } }
  elseif M.robots and #m.robots == 0 then
    m.robots = { { name = "robots", content = M.robots } }
  end
  return m
end

--- A language as OpenGraph writes it, when that can be said.
---@param lang string?
---@return string?
function M.locale(lang) return lang and languages.locale(lang, options.locales) end

M.absolute = absolute

return M
