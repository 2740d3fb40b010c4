--- lede.wire: what formats for other newsrooms share: one document beside each article, and one that cancels what was withdrawn.
---
--- Page VMs; pure functions of the edition, each read recorded. What a document says comes from lede.feed and lede.origin, so that it
--- agrees with feeds and pages.

local corrections = require("lede.corrections")
local feed = require("lede.feed")
local log = require("lede.log")
local origin = require("lede.origin")
local time = require("lede.time")

local M = {}

---@class lede.WireItem: lede.FeedItem
---@field status "usable"|"withheld"|"canceled"  withheld: a handler of feed.item says that others do not have it
---@field words? integer
---@field located? string
---@field kicker? string
---@field corrections { at?: integer, text: string }[]
---@field origin? lede.Origin
---@field first? string   instants as texts: of publication
---@field version? string of the last change
---@field expires? string
---@field holder string   who owns it: the origin, or the site

local zone, holder

local function moment(t) return t and t > 0 and time.rfc3339(t, zone) or nil end

--- What a wire says of an article.
---@param article lede.Article
---@return lede.WireItem
function M.item(article)
  local item, record = feed.item(article, true), origin.of(article)
  item.status = item.left_out and "withheld" or "usable"
  item.words, item.located, item.kicker = article.words, article.dateline, article.kicker
  item.corrections, item.origin = corrections.of(article), record
  item.first, item.version, item.expires = moment(item.date), moment(item.updated), moment(record.expires or article.expires)
  item.holder = record.has_origin and (record.name or record.domain) or holder
  return item
end

--- What it says of one that was withdrawn: only which it was.
---@param piece { id: string, url: string, at: integer, date: integer, lang?: string }
---@return lede.WireItem
function M.canceled(piece)
  return {
    id = feed.id(piece), url = piece.url, title = "", summary = "", date = piece.date, updated = piece.at, tags = {}, people = {}, corrections = {},
    lang = piece.lang, status = "canceled", first = moment(piece.date), version = moment(piece.at), holder = holder,
  }
end

--- "/a/b/" and "/a/b.html" -> "/a/b", as ":url" of a route's path has it.
local function stem_of(url) return (url:gsub("/$", ""):gsub("%.html$", "")) end

---@class lede.WireFormat
---@field name string  of the plugin
---@field path string  with ":url" in it: ":url/ninjs.json"
---@field render fun(item: lede.WireItem): string

--- Makes the routes of a format. In apply.
---@param site table
---@param format lede.WireFormat
function M.routes(site, format)
  if site.base_url == "" then
    log.warn(format.name .. ": left out, for it needs absolute URLs: set base_url in lede.lua")
    return
  end
  zone, holder = site.config.timezone, site.title
  site:route { name = format.name, each = "article", path = format.path, type = "wire", render = function(page) return format.render(M.item(page.article)) end }
  site:route {
    name = format.name .. "-canceled", type = "wire",
    pages = function(edition)
      local pages = {}
      for i, piece in ipairs(edition.data["lede.withdrawn"] or {}) do
        pages[i] = { path = format.path:gsub(":url", function() return stem_of(piece.url) end), data = piece }
      end
      return pages
    end,
    render = function(page) return format.render(M.canceled(page.data)) end,
  }
end

return M
