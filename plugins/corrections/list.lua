--- plugins.corrections.list: which corrections there are. The desk finds them in the store, looking only at what changed since it
--- looked last; pages ask the edition for each article, so what is not public is not told of.

local corrections = require("lede.corrections")
local json = require("lede.json")

local M = {}

local settings

---@param site table
---@param options table
function M.setup(site, options)
  settings = {
    path = options.path, limit = options.limit, feed_limit = options.feed, title = site.title, base = site.base_url, lang = site.lang, zone = site.config.timezone,
    date = site.config.feed.date,
  }
end

--- ---- desk

--- Times of the corrections of each article that has any, as of a moment of the store.
local function remembered(file, uuid)
  local text = require("lede.fs").read(file)
  local known = text and json.decode(text)
  if not known or known.uuid ~= uuid then return { uuid = uuid, seq = -1, times = {} } end
  return known
end

local function look(known, store)
  for _, article in ipairs(assert(store:articles { changed_since = known.seq })) do
    local times = {}
    for i, one in ipairs(corrections.of(article)) do times[i] = one.at or article.date end
    known.times[article.id] = #times > 0 and times or nil
  end
end

--- The newest first: { id, number among the article's, at }.
local function newest(times, limit)
  local found = {}
  for id, list in pairs(times) do
    for number, at in ipairs(list) do found[#found + 1] = { id = id, number = number, at = at } end
  end
  table.sort(found, function(a, b)
    if a.at ~= b.at then return a.at > b.at end
    if a.id ~= b.id then return a.id < b.id end
    return a.number < b.number
  end)
  return json.array(table.move(found, 1, math.min(limit, #found), 1, {}))
end

--- What pages get. Nothing is written when somebody only looks.
---@param context table of edition.prepare
---@param limit integer
---@return table
function M.gather(context, limit)
  local fs = require("lede.fs")
  local store <close> = assert(require("lede.store").open(context.store))
  local head = assert(store:head())
  local file = context.kept .. "/corrections.json"
  local known = remembered(file, head.uuid)
  if known.seq ~= head.seq then
    look(known, store)
    known.seq = head.seq
    if not context.look then
      assert(fs.mkdir(context.kept))
      assert(fs.write(file, json.encode { uuid = known.uuid, seq = known.seq, times = next(known.times) and known.times or json.object() }))
    end
  end
  return newest(known.times, limit)
end

--- ---- pages

---@class plugins.corrections.One
---@field article lede.Article
---@field number integer among the article's
---@field at integer
---@field text string

--- The newest corrections of articles that are public.
---@param edition lede.Edition
---@param limit? integer
---@return plugins.corrections.One[]
function M.all(edition, limit)
  local found = {}
  for _, entry in ipairs(edition.data.corrections or {}) do
    if #found == (limit or settings.limit) then break end
    local article = edition:article(entry.id)
    local line = article and article.corrections[entry.number]
    if line then found[#found + 1] = { article = article, number = entry.number, at = entry.at, text = corrections.read(line).text } end
  end
  return found
end

local function item(one)
  local article, feed = one.article, require("lede.feed")
  return {
    id = feed.id { id = article.id .. "/correction-" .. one.number }, url = settings.base .. article.url .. "#corrections", title = article.title, summary = one.text,
    date = one.at, updated = one.at, lang = article.lang, tags = {}, people = {},
  }
end

--- The bytes of the feed.
---@param edition lede.Edition
---@return string
function M.feed(edition)
  local atom, feed = require("plugins.atom.atom"), require("lede.feed")
  local items, latest = {}, nil
  for i, one in ipairs(M.all(edition, settings.feed_limit)) do
    items[i] = atom.item(item(one), settings.zone)
    latest = latest or one.at
  end
  return atom.feed({
    id = feed.id { id = settings.path }, title = settings.title .. ": " .. M.word(settings.lang), description = settings.title, lang = settings.lang,
    home = settings.base .. settings.path, self = M.feed_address(), updated = latest or feed.first_moment(settings.date), zone = settings.zone, hubs = {}, withdrawn = {},
    author = settings.title, site = settings.base .. "/",
  }, items)
end

--- The address of the feed; nil when there is none.
---@return string?
function M.feed_address()
  return settings.base ~= "" and settings.feed_limit > 0 and settings.base .. settings.path .. "atom.xml" or nil
end

local WORDS = { ar = "تصحيحات", de = "Korrekturen", en = "Corrections", es = "Correcciones", fr = "Rectificatifs", it = "Correzioni", pt = "Correções" }

--- What the page is called in a language.
---@param lang string
---@return string
function M.word(lang) return WORDS[lang] or WORDS[lang:match("^%a+") or "en"] or WORDS.en end

return M
