--- lede.feed_rules: what lede.lua may say of feeds, under `feed` and `feeds`. lede.site checks by it.

local suggest = require("lede.suggest")
local time = require("lede.time")

local M = {}

--- As in lede.site.
M.feed = {
  fields = {
    date = { "string", "2026" }, -- in every id: a day or year on which the domain was yours. Never change it.
    limit = { "integer", 20 }, -- newest stories in a feed
    full = { "boolean", true }, -- whole texts, or summaries only
    archives = { "boolean", false }, -- documents with everything older
    sections = { "boolean", true }, -- a feed for each, besides the site's
    tags = { "boolean", false },
    authors = { "boolean", false },
    languages = { "table", {} }, -- { "en", "fr" }
  },
}
M.feeds = { "table", {} }

local KEYS = { "name", "title", "description", "home", "query" }
local CONDITIONS = { "section", "tag", "author", "origin", "lang", "from", "to" }

local function known(names, key)
  for _, name in ipairs(names) do
    if name == key then return true end
  end
  return false
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return keys
end

--- Days are written as dates; pages want instants.
local function check_condition(query, key, where, zone, problems)
  local value = query[key]
  if not known(CONDITIONS, key) then
    problems[#problems + 1] = ("%s.query.%s: there is no such condition.%s"):format(where, key, suggest.hint(key, CONDITIONS))
  elseif key == "from" or key == "to" then
    if math.type(value) == "integer" then return end
    query[key] = type(value) == "string" and time.parse(value, { zone = zone }) or nil
    if not query[key] then problems[#problems + 1] = ("%s.query.%s: '%s' is no date; write \"2026-05-01\""):format(where, key, tostring(value)) end
  elseif type(value) ~= "string" or value == "" then
    problems[#problems + 1] = ("%s.query.%s: expected a slug, got %s"):format(where, key, type(value))
  end
end

local function check_entry(entry, where, config, problems)
  local function wrong(...) problems[#problems + 1] = where .. (...) end
  if type(entry) ~= "table" then return wrong(": a feed is { name = , title = , query = { } }") end
  for _, key in ipairs(sorted_keys(entry)) do
    if not known(KEYS, key) then
      wrong((".%s: there is no such key.%s"):format(key, suggest.hint(key, KEYS)))
    elseif key ~= "query" and type(entry[key]) ~= "string" then
      wrong((".%s: expected string, got %s"):format(key, type(entry[key])))
    end
  end
  if type(entry.name) ~= "string" or not entry.name:find("^[%w][%w%-]*$") then wrong(".name: letters, digits and '-': it is part of the address") end
  if entry.title == nil then entry.title = entry.name end
  if entry.home and not tostring(entry.home):find("^/") then wrong(".home: the path of a page, \"/elections/\"") end
  if type(entry.query) ~= "table" then return wrong(".query: which articles: { tag = \"elections\" }") end
  for _, key in ipairs(sorted_keys(entry.query)) do check_condition(entry.query, key, where, config.timezone, problems) end
end

--- Checks what types alone do not tell.
---@param config table
---@param problems string[]
function M.check(config, problems)
  local feed, seen = config.feed, {}
  if type(feed) == "table" then
    if math.type(feed.limit) == "integer" and (feed.limit < 1 or feed.limit > 1000) then problems[#problems + 1] = "feed.limit: between 1 and 1000" end
    local date = tostring(feed.date)
    if not (date:find("^%d%d%d%d$") or date:find("^%d%d%d%d%-%d%d$") or date:find("^%d%d%d%d%-%d%d%-%d%d$")) then
      problems[#problems + 1] = ("feed.date: '%s' is none of 2026, 2026-05, 2026-05-01"):format(date)
    end
  end
  for i, entry in ipairs(type(config.feeds) == "table" and config.feeds or {}) do
    check_entry(entry, ("feeds[%d]"):format(i), config, problems)
    local name = type(entry) == "table" and entry.name
    if name and seen[name] then problems[#problems + 1] = ("feeds[%d].name: there are two called '%s'"):format(i, name) end
    seen[name or i] = true
  end
end

return M
