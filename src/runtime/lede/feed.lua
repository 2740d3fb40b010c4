--- lede.feed: what the feeds of a site share. A format is a table of a few functions; which lists have feeds, where they lie, what
--- stands in them and what it says of an article is decided here, so that all formats agree.
---
--- Page VMs: pure functions of the edition, each read recorded. An item's text depends on its article only, so it is made once
--- for all lists that show it. Types: include/lua/lede/feed.lua.

local feed_item = require("lede.feed_item")
local feed_list = require("lede.feed_list")
local log = require("lede.log")
local memo = require("lede.memo")
local time = require("lede.time")

local M = {}

M.id, M.updated, M.people = feed_item.id, feed_item.updated, feed_item.people
M.html, M.picture = feed_item.html, feed_item.picture
M.item = feed_item.of
M.stories = feed_list.stories

local formats, hubs = {}, {} -- in order of their plugins

--- What lede.lua says of feeds, and who listens to feed.item. lede.plugin calls it before plugins are loaded.
---@param config table
---@param registry lede.Registry
function M.setup(config, registry)
  formats, hubs = {}, {}
  feed_item.setup(config, registry)
  feed_list.setup(config)
end

--- Options of a format's plugin: what lede.lua says under `feed` is their default.
---@param config table
---@return table
function M.defaults(config)
  local options = {}
  for key, value in pairs(config.feed) do options[key] = value end
  options.date = nil -- ids are the same in all formats
  return options
end

--- Every feed names this WebSub hub. Called in apply.
---@param url string
function M.advertise(url) hubs[#hubs + 1] = url end

--- ---- where feeds are

local function path_of(format, folder, archive)
  if archive == 0 then return folder .. format.file end
  local stem, ending = format.file:match("^(.*)(%.%w+)$")
  return folder .. stem .. "-" .. archive .. ending
end

--- The list, if this format has a feed of it: the site always has one, others not when they are empty and the format needs items.
local function list_of(edition, format, which)
  local list = feed_list.find(edition, which.kind, which.slug)
  local empty = list and format.needs_items and which.kind ~= "site" and not feed_list.has_stories(edition, list)
  return not empty and list or nil
end

local function pages(edition, format, options)
  local found = {}
  for _, which in ipairs(feed_list.all(edition, options)) do
    local list = list_of(edition, format, which)
    for archive = 0, list and feed_list.archives(edition, list, options) or -1 do
      found[#found + 1] = { path = path_of(format, list.folder, archive), data = { kind = which.kind, slug = which.slug, archive = archive } }
    end
  end
  return found
end

--- The first moment of a year, month or day: what dates an empty feed.
---@param date string "2026", as lede.lua has it
---@return integer
function M.first_moment(date)
  local year, month, day = date:match("^(%d+)-?(%d*)-?(%d*)$")
  return assert(time.parse(("%s-%s-%s"):format(year, month ~= "" and month or "01", day ~= "" and day or "01"), { zone = "UTC" }))
end

local function newest_of(articles)
  local newest = 0
  for _, article in ipairs(articles) do newest = math.max(newest, article.date) end
  return newest > 0 and newest or nil
end

--- The last moment at which something of the feed changed; of an empty one the first that there can have been.
local function updated_of(articles, withdrawn, config)
  local latest = 0
  for _, article in ipairs(articles) do latest = math.max(latest, feed_item.updated(article)) end
  for _, piece in ipairs(withdrawn) do latest = math.max(latest, piece.at) end
  return latest > 0 and latest or M.first_moment(config.feed.date)
end

local function channel_of(site, list, format, archive, archives)
  local function at(k) return feed_item.absolute(path_of(format, list.folder, k)) end
  local older = archive == 0 and archives or archive - 1
  return {
    id = feed_item.id { id = list.folder }, title = list.title, description = list.description, lang = list.lang,
    home = feed_item.absolute(list.home), self = at(archive), older = older > 0 and at(older) or nil, current = archive > 0 and at(0) or nil,
    zone = site.config.timezone, hubs = archive == 0 and hubs or {}, author = site.title, site = feed_item.absolute("/"),
  }
end

local function render(site, page, format, options)
  local edition, archive = page.edition, page.data.archive
  local list = assert(feed_list.find(edition, page.data.kind, page.data.slug), "the list of this feed is no more")
  local articles = archive > 0 and feed_list.archived(edition, list.query, archive, options.limit) or feed_list.stories(edition, list.query, options.limit)
  local channel = channel_of(site, list, format, archive, archive == 0 and feed_list.archives(edition, list, options) or 0)
  channel.withdrawn = format.tombstones and archive == 0 and feed_list.withdrawn(edition, list) or {}
  channel.published = newest_of(articles)
  channel.updated = updated_of(articles, channel.withdrawn, site.config)
  local items = {}
  for _, article in ipairs(articles) do
    local text = memo(format.name .. ".item:" .. article.id, function()
      local item = feed_item.of(article, options.full)
      return item.left_out and "" or format.item(item, channel.zone)
    end)
    items[#items + 1] = text ~= "" and text or nil
  end
  return format.feed(channel, items)
end

--- Makes the routes of a format: a feed for each list that the options ask for, and its archives.
---@param site table as apply has it
---@param options table of the plugin, over feed.defaults
---@param format lede.FeedFormat
function M.routes(site, options, format)
  if site.base_url == "" then
    log.warn(format.name .. ": left out, for feeds need absolute URLs: set base_url in lede.lua")
    return
  end
  if options.limit < 1 or options.limit > 1000 then error(("plugins.%s.limit: between 1 and 1000"):format(format.name), 0) end
  formats[#formats + 1] = { format = format, options = options }
  site:route {
    name = format.name, type = "feed",
    pages = function(edition) return pages(edition, format, options) end,
    render = function(page) return render(site, page, format, options) end,
  }
end

--- ---- which feeds there are

local function links_of(found, edition, entry, which)
  local list = list_of(edition, entry.format, which)
  if not list then return end
  found[#found + 1] = {
    title = list.title, href = feed_item.absolute(path_of(entry.format, list.folder, 0)), type = entry.format.mime, home = feed_item.absolute(list.home),
  }
end

--- Every feed of one format: the first of the site's plugins that makes feeds, when none is named.
---@param edition lede.Edition
---@param name? string
---@return lede.FeedLink[]
function M.links(edition, name)
  local found = {}
  for _, entry in ipairs(formats) do
    if #found == 0 and (not name or entry.format.name == name) then
      for _, which in ipairs(feed_list.all(edition, entry.options)) do links_of(found, edition, entry, which) end
    end
  end
  return found
end

local LISTS = { section = "sections", tag = "tags", author = "authors" }

--- The feeds that a page's head should name: the site's, and those of the section, tag or author that the page is of.
---@param page table
---@return lede.FeedLink[]
function M.of_page(page)
  local found = {}
  for _, entry in ipairs(formats) do
    for kind, option in pairs(LISTS) do
      if page[kind] and entry.options[option] then links_of(found, page.edition, entry, { kind = kind, slug = page[kind].slug }) end
    end
    links_of(found, page.edition, entry, { kind = "site" })
  end
  return found
end

return M
