---@meta lede.feed

--- What the feeds of a site share: lists, items, ids. Page VMs; pure, each read recorded.
---@class lede.feed
local feed = {}

---@class lede.FeedItem
---@field id string           for ever the same
---@field url string          absolute
---@field title string        plain text
---@field summary string      plain text
---@field html? string        in feeds of whole texts
---@field date integer        0: it has none
---@field updated integer
---@field lang? string
---@field section? string
---@field tags string[]
---@field people { name: string, url?: string }[]
---@field image? { url: string, type?: string, alt?: string, caption?: string, credit?: string, width?: integer, height?: integer }
---@field source? { name: string, url?: string, feed?: string, published?: integer, notice?: string } of a republished article
---@field left_out? boolean   a handler of feed.item says that feeds do not have it

---@class lede.FeedChannel
---@field id string           for ever the same
---@field title string        plain text
---@field description string
---@field lang string
---@field home string         absolute, as all addresses
---@field self string
---@field published? integer  date of its newest story
---@field updated integer
---@field zone string         of the dates
---@field hubs string[]
---@field withdrawn { id: string, url: string, at: integer }[] newest first
---@field older? string       the archive document before this one
---@field current? string     of an archive document: the feed that it belongs to
---@field author string       who answers for all of it: the site
---@field site string         its front page

--- A feed format: what its plugin hands to feed.routes.
---@class lede.FeedFormat
---@field name string         of the plugin
---@field file string         "atom.xml"; archives are "atom-1.xml"
---@field mime string
---@field item fun(item: lede.FeedItem, zone: string): string  the same in every list
---@field feed fun(channel: lede.FeedChannel, items: string[]): string
---@field tombstones? boolean it can say what was withdrawn
---@field needs_items? boolean a feed without any is none

---@class lede.FeedLink
---@field title string
---@field href string         absolute
---@field type string         "application/atom+xml"
---@field home string         absolute: the page that shows the same

--- The id of an article in every feed and wire. It outlives titles and addresses.
---@param article lede.Article|lede.StoredArticle|{ id: string }
---@return string
function feed.id(article) end

--- The newest `limit` stories of a query, pages ("About us") passed over.
---@param edition lede.Edition
---@param query lede.Query|nil without a window
---@param limit integer
---@return lede.Article[]
function feed.stories(edition, query, limit) end

--- The body for other people's readers: absolute addresses, no script, style, frame or form, and no pictures where the origin
--- keeps them.
---@param article lede.Article
---@return string
function feed.html(article) end

--- When an article last changed for its readers: the latest of date, updated and corrections. 0: it has no date.
---@param article lede.Article|lede.StoredArticle
---@return integer
function feed.updated(article) end

--- Who wrote it, with the pages of those who have one.
---@param article lede.Article
---@return { name: string, url?: string }[]
function feed.people(article) end

--- The picture of an article as others may have it: with an absolute address, none where its origin keeps it.
---@param article lede.Article
---@param record lede.Origin
---@return { url: string, type?: string, alt?: string, caption?: string, credit?: string, width?: integer, height?: integer }|nil
function feed.picture(article, record) end

--- What a feed says of an article, as hook feed.item leaves it.
---@param article lede.Article
---@param full boolean with the whole text
---@return lede.FeedItem
function feed.item(article, full) end

--- The first moment of a year, month or day: what dates an empty feed.
---@param date string as lede.lua has it under feed.date
---@return integer
function feed.first_moment(date) end

--- Options of a format's plugin: what lede.lua says under `feed` is their default.
---@param config table
---@return table
function feed.defaults(config) end

--- Makes the routes of a format: a feed for each list that the options ask for, and its archives. In apply.
---@param site table
---@param options table over feed.defaults
---@param format lede.FeedFormat
function feed.routes(site, options, format) end

--- Every feed names this WebSub hub. In apply.
---@param url string
function feed.advertise(url) end

--- Every feed of one format: of the first plugin that makes feeds when none is named.
---@param edition lede.Edition
---@param name? string
---@return lede.FeedLink[]
function feed.links(edition, name) end

--- The feeds that a page's head should name: the site's, and those of the section, tag or author that the page is of.
---@param page table
---@return lede.FeedLink[]
function feed.of_page(page) end

return feed
