--- lede.feed_list: the lists that have feeds: the site, each section, tag, author and language, and the named queries of
--- lede.lua; with the articles of each, its archives and what was withdrawn from it. lede.feed is what plugins call.

local feed_item = require("lede.feed_item")
local text = require("lede.text")

local M = {}

local STORIES_MORE <const> = 8 -- pages that are no stories stand among them

local config

---@param of table configuration of the site
function M.setup(of) config = of end

---@class lede.FeedList
---@field kind "site"|"section"|"tag"|"author"|"language"|"query"
---@field slug? string     of the term, the language or the query
---@field folder string    where its feeds lie: "/", "/news/"
---@field home string      the page that shows the same: its path
---@field query table      for edition:articles
---@field title string
---@field description string
---@field lang string

--- ---- kinds

local PLACES = { section = "/", tag = "/tags/", author = "/authors/" }

local function described(list, name, description)
  list.title = name and config.title .. ": " .. name or config.title
  list.description = description and description ~= "" and description or list.title
  list.lang = list.lang or config.lang
  return list
end

local function site_list() return described({ kind = "site", folder = "/", home = "/", query = {} }, nil, config.description) end

--- Its feeds lie beside its page; where the layout has none, at the usual place.
local function term_list(edition, kind, slug)
  local term = edition[kind](edition, slug)
  if not term then return nil end
  local url = term.url
  local folder = url and url:sub(-1) == "/" and url or PLACES[kind] .. slug .. "/"
  return described({ kind = kind, slug = slug, folder = folder, home = url or "/", query = { [kind] = slug } }, term.title, term.summary)
end

local function language_list(lang)
  local list = { kind = "language", slug = lang, folder = "/lang/" .. lang:lower() .. "/", home = "/", query = { lang = lang }, lang = lang }
  return described(list, text.language(lang, lang))
end

local function query_list(name)
  for _, entry in ipairs(config.feeds) do
    if entry.name == name then
      local list = { kind = "query", slug = name, folder = "/feeds/" .. name .. "/", home = entry.home or "/", query = entry.query }
      list = described(list, nil, entry.description)
      list.title, list.description = entry.title, entry.description or entry.title
      return list
    end
  end
end

--- The list of a kind; nil when there is none of that slug.
---@param edition lede.Edition
---@param kind string
---@param slug? string
---@return lede.FeedList|nil
function M.find(edition, kind, slug)
  if kind == "site" then return site_list() end
  if kind == "language" then return language_list(slug) end
  if kind == "query" then return query_list(slug) end
  return term_list(edition, kind, slug)
end

local function add_terms(found, kind, terms)
  for _, term in ipairs(terms) do found[#found + 1] = { kind = kind, slug = term.slug } end
end

--- Kind and slug of every list that the options ask for.
---@param edition lede.Edition
---@param options table of a format: sections, tags, authors, languages
---@return { kind: string, slug: string|nil }[]
function M.all(edition, options)
  local found = { { kind = "site" } }
  if options.sections then add_terms(found, "section", edition:sections()) end
  if options.tags then add_terms(found, "tag", edition:tags()) end
  if options.authors then add_terms(found, "author", edition:authors()) end
  for _, lang in ipairs(options.languages) do found[#found + 1] = { kind = "language", slug = lang } end
  for _, entry in ipairs(config.feeds) do found[#found + 1] = { kind = "query", slug = entry.name } end
  return found
end

--- ---- articles

local function with(query, more)
  local out = {}
  for key, value in pairs(query or {}) do out[key] = value end
  for key, value in pairs(more) do out[key] = value end
  return out
end

--- The newest `limit` stories of a query: pages that are no stories ("About us") are passed over.
---@param edition lede.Edition
---@param query table|nil
---@param limit integer
---@return lede.Article[]
function M.stories(edition, query, limit)
  local found, offset, window = {}, 0, math.min(limit + STORIES_MORE, 10000)
  repeat
    local some = edition:articles(with(query, { offset = offset, limit = window }))
    for _, article in ipairs(some) do
      if article.type ~= "page" and #found < limit then found[#found + 1] = article end
    end
    offset = offset + window
  until #found == limit or #some < window
  return found
end

--- How many archive documents a list has. They count from the oldest article and are full, so none changes when another comes.
---@param edition lede.Edition
---@param list lede.FeedList
---@param options table limit, archives
---@return integer
function M.archives(edition, list, options)
  if not options.archives then return 0 end
  local count = edition:count(list.query)
  return count > options.limit and count // options.limit or 0
end

--- The stories of the k-th archive document, newest first.
---@param edition lede.Edition
---@param query table
---@param k integer
---@param limit integer
---@return lede.Article[]
function M.archived(edition, query, k, limit)
  local found = {}
  local some = edition:articles(with(query, { order = "oldest", offset = (k - 1) * limit, limit = limit }))
  for i = #some, 1, -1 do
    if some[i].type ~= "page" then found[#found + 1] = some[i] end
  end
  return found
end

--- Whether there is a story for a feed of it.
---@param edition lede.Edition
---@param list lede.FeedList
---@return boolean
function M.has_stories(edition, list) return #M.stories(edition, list.query, 1) > 0 end

--- ---- what was withdrawn

--- Whether a withdrawn piece would be in the answer of a query.
local function matches(piece, query)
  local function has(list, slug) return not slug or (" " .. table.concat(list, " ") .. " "):find(" " .. slug .. " ", 1, true) ~= nil end
  return (not query.section or piece.section == query.section) and (not query.lang or piece.lang == query.lang)
    and (not query.origin or piece.origin == query.origin) and has(piece.tags, query.tag) and has(piece.authors, query.author)
    and (not query.from or piece.date >= query.from) and (not query.to or piece.date < query.to)
end

--- The pieces withdrawn from a list lately, newest first. A term's are a read of their own: one that is withdrawn elsewhere
--- does not make this list's feeds anew.
---@param edition lede.Edition
---@param list lede.FeedList
---@return { id: string, url: string, at: integer }[]
function M.withdrawn(edition, list)
  local part = PLACES[list.kind] and "/" .. list.kind .. "/" .. list.slug or ""
  local found = {}
  for _, piece in ipairs(edition.data["lede.withdrawn" .. part] or {}) do
    if piece.type ~= "page" and matches(piece, list.query) then found[#found + 1] = { id = feed_item.id(piece), url = feed_item.absolute(piece.url), at = piece.at } end
  end
  return found
end

return M
