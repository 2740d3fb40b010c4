--- lede.feed_profile: whether a feed is what a partner wants. A profile is a table: lede.profiles.<name>, or the site's
--- profiles/<name>.lua.

local feed_read = require("lede.feed_read")
local fs = require("lede.fs")
local html = require("lede.html")
local suggest = require("lede.suggest")

local M = {}

M.names = { "applenews", "msn", "smartnews", "wire" }

--- What a rule of a field may say.
local RULE <const> = { required = "boolean", min = "number", max = "number", words = "number", bytes = "number", unique = "boolean", https = "boolean", date = "boolean", pattern = "string", remedy = "string" }
local FIELDS <const> = { "id", "url", "title", "summary", "html", "published", "updated", "language", "image", "source", "authors", "tags" }
local KEYS <const> = { title = "string", formats = "table", items = "table", channel = "table", item = "table", map = "table", called = "table", html = "table" }

---@class lede.FieldRule
---@field required? boolean
---@field min? integer       characters, or members of a list
---@field max? integer
---@field words? integer     at least so many
---@field bytes? integer     at most so many
---@field unique? boolean    no other item has the same
---@field https? boolean     an absolute https address
---@field date? boolean
---@field pattern? string    of Lua
---@field remedy? string

---@class lede.FeedProfile
---@field title string
---@field formats? string[]  "rss", "atom", "json": one of these
---@field items? { min?: integer, max?: integer }
---@field channel? table<string, lede.FieldRule> by field of lede.feed_read
---@field item? table<string, lede.FieldRule>
---@field map? table<string, string[]> a field is the first of these that is there: { html = { "html", "summary" } }
---@field called? table<string, string> what the partner calls a field: { html = "content:encoded" }
---@field html? { elements?: string, depth?: integer, https?: boolean, frames?: string[] }

--- ---- loading

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return keys
end

local function known_key(names, key, where)
  for _, name in ipairs(names) do
    if name == key then return end
  end
  error(("%s: there is no key '%s'.%s"):format(where, key, suggest.hint(key, names)), 0)
end

local function check_rules(rules, where)
  for _, field in ipairs(sorted_keys(rules)) do
    known_key(FIELDS, field, where)
    for _, key in ipairs(sorted_keys(rules[field])) do
      known_key(sorted_keys(RULE), key, where .. "." .. field)
      if type(rules[field][key]) ~= RULE[key] then error(("%s.%s.%s: expected %s"):format(where, field, key, RULE[key]), 0) end
    end
  end
end

--- Raises where a profile is none.
local function check_profile(profile, where)
  if type(profile) ~= "table" then error(where .. ": it returns a table", 0) end
  for _, key in ipairs(sorted_keys(profile)) do
    known_key(sorted_keys(KEYS), key, where)
    if type(profile[key]) ~= KEYS[key] then error(("%s: %s: expected %s"):format(where, key, KEYS[key]), 0) end
  end
  check_rules(profile.channel or {}, where .. ": channel")
  check_rules(profile.item or {}, where .. ": item")
  return profile
end

--- The profile of that name. Gives nil and words when there is none, or when it is wrong.
---@param name string
---@param root string folder of a site
---@return lede.FeedProfile|nil profile
---@return string|nil why
function M.load(name, root)
  if not name:find("^[%w][%w_-]*$") then return nil, ("'%s' is no name of a profile"):format(name) end
  local own = root .. "/profiles/" .. name .. ".lua"
  local profile
  if fs.exists(own) then
    local chunk, message = load(assert(fs.read(own)), "@" .. own, "t", {})
    if not chunk then return nil, message end
    local ok, result = pcall(chunk)
    if not ok then return nil, tostring(result) end
    profile = result
  else
    local found, result = pcall(require, "lede.profiles." .. name)
    if not found then return nil, ("there is no profile '%s': there are %s, and profiles/%s.lua of the site is not there"):format(name, table.concat(M.names, ", "), name) end
    profile = result
  end
  local ok, result = pcall(check_profile, profile, "profile " .. name)
  if not ok then return nil, tostring(result) end
  return result
end

--- ---- fields

local function is_https(value) return value:find("^https://[^/%s]+[^%s]*$") ~= nil end

local function size_of(value) return type(value) == "table" and #value or utf8.len(value) or #value end

local function words_of(value)
  local _, count = tostring(html.to_text(value)):gsub("%S+", "")
  return count
end

local UNIT <const> = { string = "characters", table = "of them" }

--- What is wrong with a value: words, or nothing.
local function flaw_of(value, rule)
  local empty = value == nil or value == "" or (type(value) == "table" and #value == 0)
  if empty then return rule.required and "is missing" or nil end
  local size, unit = size_of(value), UNIT[type(value)]
  if rule.max and size > rule.max then return ("has %d %s, at most %d"):format(size, unit, rule.max) end
  if rule.min and size < rule.min then return ("has %d %s, at least %d"):format(size, unit, rule.min) end
  if type(value) ~= "string" then return nil end
  if rule.words and words_of(value) < rule.words then return ("has %d words, at least %d"):format(words_of(value), rule.words) end
  if rule.bytes and #value > rule.bytes then return ("has %d bytes, at most %d"):format(#value, rule.bytes) end
  if rule.https and not is_https(value) then return ("is no https address: %s"):format(value:sub(1, 120)) end
  if rule.date and not feed_read.instant(value) then return ("is no date: %s"):format(value:sub(1, 60)) end
  if rule.pattern and not value:find(rule.pattern) then return ("has not the form '%s'"):format(rule.pattern) end
end

local function value_of(item, field, map)
  for _, name in ipairs(map and map[field] or { field }) do
    local value = item[name]
    if value ~= nil and not (type(value) == "table" and #value == 0) then return value end
  end
end

--- ---- HTML

local VOID <const> = { br = true, hr = true, img = true, wbr = true, col = true, input = true, source = true, track = true, area = true, embed = true, link = true, meta = true }

local function set(words)
  local found = {}
  for word in words:gmatch("%S+") do found[word] = true end
  return found
end

local function frame_allowed(rules, inside)
  local host = inside:match('src%s*=%s*["\']https://([^/"\'?#]+)')
  for _, name in ipairs(rules.frames or {}) do
    if name == host then return true end
  end
  return false
end

--- Calls add(message) for each thing that the partner's HTML may not be; each message once.
local function check_html(text, rules, add)
  local allowed, depth, deepest, said = set(rules.elements or ""), 0, 0, {}
  local function once(message)
    if not said[message] then add(message) end
    said[message] = true
  end
  for closing, name, inside in text:gmatch("<(/?)(%a[%w-]*)([^>]*)>") do
    name = name:lower()
    if name == "iframe" and rules.frames then
      if closing == "" and not frame_allowed(rules, inside) then once("has a frame of a host that is not listed") end
    elseif rules.elements and not allowed[name] then
      once(("has <%s>, which is not allowed"):format(name))
    end
    if not VOID[name] and not inside:find("/%s*$") then
      depth = closing == "" and depth + 1 or depth - 1
      deepest = math.max(deepest, depth)
    end
    for attribute, address in inside:gmatch("(%a+)%s*=%s*[\"']([^\"']*)[\"']") do
      if rules.https and (attribute == "href" or attribute == "src") and not is_https(address) and not address:find("^mailto:") then
        once(("has an address that is not https and absolute: %s"):format(address:sub(1, 120)))
      end
    end
  end
  if rules.depth and deepest > rules.depth then add(("has elements %d deep, at most %d"):format(deepest, rules.depth)) end
end

--- ---- all of it

---@class lede.FeedViolation
---@field item? integer  number in the feed; nil: of the feed itself
---@field title? string
---@field id? string
---@field url? string
---@field field string   as the partner calls it
---@field message string
---@field remedy? string

local function check_fields(of, rules, profile, add)
  for _, field in ipairs(FIELDS) do
    local rule = rules[field]
    local flaw = rule and flaw_of(value_of(of, field, profile.map), rule)
    if flaw then add(field, flaw, rule.remedy) end
  end
end

local function check_unique(feed, profile, add_to)
  for field, rule in pairs(profile.item or {}) do
    local seen = {}
    for i, item in ipairs(rule.unique and feed.items or {}) do
      local value = value_of(item, field, profile.map)
      if value and seen[value] then add_to(i)(field, ("is that of item %d too"):format(seen[value]), rule.remedy) end
      seen[value or ""] = value and (seen[value] or i)
    end
  end
end

local function check_channel(feed, profile, add)
  local wanted = profile.formats and table.concat(profile.formats, ", ")
  if wanted and not (", " .. wanted .. ","):find(" " .. feed.format .. ",", 1, true) then add("format", ("is %s, not one of %s"):format(feed.format, wanted)) end
  local items = profile.items or {}
  if items.min and #feed.items < items.min then add("items", ("are %d, at least %d"):format(#feed.items, items.min)) end
  if items.max and #feed.items > items.max then add("items", ("are %d, at most %d"):format(#feed.items, items.max)) end
  check_fields(feed, profile.channel or {}, profile, add)
end

--- Everything in a feed that the profile does not allow, in the feed's order.
---@param feed lede.ReadFeed
---@param profile lede.FeedProfile
---@return lede.FeedViolation[]
function M.check(feed, profile)
  local by_item = {}
  local function add_to(i)
    local item = feed.items[i] or {}
    by_item[i] = by_item[i] or {}
    return function(field, message, remedy)
      table.insert(by_item[i], {
        item = i > 0 and i or nil, title = item.title, id = item.id, url = item.url, field = profile.called and profile.called[field] or field, message = message, remedy = remedy,
      })
    end
  end
  check_channel(feed, profile, add_to(0))
  check_unique(feed, profile, add_to)
  for i, item in ipairs(feed.items) do
    check_fields(item, profile.item or {}, profile, add_to(i))
    local text = value_of(item, "html", profile.map)
    if text and profile.html then check_html(text, profile.html, function(message) add_to(i)("html", message) end) end
  end
  local all = {}
  for i = 0, #feed.items do table.move(by_item[i] or {}, 1, #(by_item[i] or {}), #all + 1, all) end
  return all
end

return M
