--- lede.site: what lede.lua may say. Checks a table, says what is wrong by its path, fills in what was left out.

local feed_rules = require("lede.feed_rules")
local suggest = require("lede.suggest")

local M = {}

--- A rule: a type name, or { type, default }, or a table of rules under `fields`, or `each` for tables of any keys.
M.rules = {
  title = { "string" },
  base_url = { "string", "" },
  lang = { "string", "en" },
  timezone = { "string", "UTC" },
  description = { "string", "" },
  permalink = { "string", "/:section/:year/:month/:slug/" },
  ugly_urls = { "boolean", false },
  content = { "string", "content" },
  static = { "string", "static" },
  output = { "string", "public" },
  plugins = { "table" },
  excerpt = { fields = { length = { "integer", 160 }, ellipsis = { "string", "..." } } },
  markdown = {
    fields = {
      html = { "string", "sanitise", oneof = { "sanitise", "drop", "keep" } },
      iframe_hosts = { "table" },
      extensions = {
        fields = {
          tables = { "boolean", true }, strikethrough = { "boolean", true }, tasks = { "boolean", true }, autolinks = { "boolean", true },
          footnotes = { "boolean", true }, heading_ids = { "boolean", true }, typography = { "boolean", true }, directives = { "boolean", true },
        },
      },
    },
  },
  pictures = { "table", fields = { widths = { "table" }, quality = { "integer" }, sizes = { "string", "(min-width: 40rem) 38rem, 100vw" } } },
  history = { fields = { releases = { "integer", 50 }, days = { "integer", 30 } } },
  deliver = {
    fields = {
      seconds = { "integer", 10 }, at_once = { "integer", 64 }, tries = { "integer", 20 }, days = { "integer", 3 },
      first = { "number", 5 }, longest = { "number", 3600 }, keep_days = { "integer", 90 },
    },
  },
  related = {
    fields = {
      engine = { "string", "text", oneof = { "text", "section" } }, direction = { "string", "earlier", oneof = { "earlier", "any" } },
      depth = { "integer", 12 }, title = { "integer", 3 }, bigrams = { "number", 0.4 }, features = { "integer", 200 }, tags = { "number", 0.04 },
      recency = { "number", 0.2 }, recency_days = { "integer", 30 }, diversity = { "number", 0.1 }, min = { "number", 0.03 }, copies = { "number", 0.6 },
      refresh_days = { "integer", 90 }, refresh_pages = { "integer", 10 },
    },
  },
  origin = {
    fields = {
      index = { "string", "noindex-news", oneof = { "noindex-news", "noindex", "canonical", "self" } }, pictures = { "boolean", false },
      notice = { "table" },
    },
  },
  feed = feed_rules.feed,
  feeds = feed_rules.feeds,
  sections = { "table", each = { fields = { title = { "string" }, summary = { "string" } } } },
  params = { "table" },
}

local WIDTHS_MAX = 8

M.default_plugins = { "layout-broadsheet", "rss", "sitemap", "shortcodes", "directives", "redirects" }

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

local function kind_of(value)
  if math.type(value) == "integer" then return "integer" end
  return type(value)
end

local check_fields

local function check_value(value, rule, path, problems)
  local wanted = rule[1] or "table"
  local got = kind_of(value)
  if got ~= wanted and not (wanted == "number" and got == "integer") then
    problems[#problems + 1] = ("%s: expected %s, got %s"):format(path, wanted, got)
    return value
  end
  if rule.oneof then
    for _, choice in ipairs(rule.oneof) do
      if choice == value then return value end
    end
    problems[#problems + 1] = ("%s: '%s' is none of %s"):format(path, value, table.concat(rule.oneof, ", "))
  end
  if rule.fields then return check_fields(value, rule.fields, path, problems) end
  if rule.each then
    local out = {}
    for _, key in ipairs(sorted_keys(value)) do out[key] = check_value(value[key], rule.each, path .. "." .. tostring(key), problems) end
    return out
  end
  return value
end

function check_fields(t, rules, path, problems)
  local out = {}
  for _, key in ipairs(sorted_keys(t)) do
    local rule = rules[key]
    local here = path == "" and tostring(key) or path .. "." .. tostring(key)
    if rule then
      out[key] = check_value(t[key], rule, here, problems)
    else
      problems[#problems + 1] = ("%s: there is no such key.%s"):format(here, suggest.hint(key, sorted_keys(rules)))
    end
  end
  for _, key in ipairs(sorted_keys(rules)) do
    local rule = rules[key]
    if out[key] == nil then
      if rule.fields and not rule[1] then
        out[key] = check_fields({}, rule.fields, key, problems)
      elseif rule[2] ~= nil then
        out[key] = rule[2]
      end
    end
  end
  return out
end

--- Refuses what is no plain data: the configuration travels to other processes.
local function check_plain(value, path, problems, seen)
  local kind = type(value)
  if kind == "function" or kind == "userdata" or kind == "thread" then
    problems[#problems + 1] = ("%s: a %s cannot stand in lede.lua; write a plugin"):format(path, kind)
  elseif kind == "table" then
    if seen[value] then
      problems[#problems + 1] = path .. ": this table contains itself"
      return
    end
    seen[value] = true
    for _, key in ipairs(sorted_keys(value)) do
      check_plain(value[key], path == "" and tostring(key) or path .. "." .. tostring(key), problems, seen)
    end
    seen[value] = nil
  end
end

--- plugins = { "a", b = { options }, c = true, d = false } as a list of { name, options }, in order: listed ones first, then by name.
---@return { name: string, options: table }[] what the checked configuration has as plugins
function M.plugin_list(config, problems)
  local given = config.plugins
  if not given then given = M.default_plugins end
  local list, at = {}, {}
  local function add(name, options)
    if at[name] then
      list[at[name]].options = options
    else
      list[#list + 1] = { name = name, options = options }
      at[name] = #list
    end
  end
  for _, entry in ipairs(given) do
    if type(entry) == "string" then
      add(entry, {})
    elseif type(entry) == "table" and type(entry.name) == "string" then -- as M.check leaves it
      add(entry.name, entry.options or {})
    elseif problems then
      problems[#problems + 1] = "plugins: in the list stand names, options stand under a name: rss = { limit = 10 }"
    end
  end
  for _, key in ipairs(sorted_keys(given)) do
    local value = given[key]
    if type(key) == "string" then
      if type(value) == "table" then
        add(key, value)
      elseif value == true then
        add(key, {})
      elseif value ~= false and problems then
        problems[#problems + 1] = ("plugins.%s: expected a table of options, true or false, got %s"):format(key, kind_of(value))
      end
    end
  end
  return list
end

--- Widths and quality of variants, if any are asked for.
local function check_pictures(pictures, problems)
  local widths, quality = pictures.widths, pictures.quality
  if type(widths) == "table" then
    if #widths == 0 or #widths > WIDTHS_MAX or #sorted_keys(widths) ~= #widths then
      problems[#problems + 1] = ("pictures.widths: a list of 1 to %d widths: { 480, 960, 1440 }"):format(WIDTHS_MAX)
    end
    for _, width in ipairs(widths) do
      if math.type(width) ~= "integer" or width < 16 or width > 10000 then problems[#problems + 1] = ("pictures.widths: '%s' is no width; between 16 and 10000"):format(tostring(width)) end
    end
  end
  if math.type(quality) == "integer" and (quality < 1 or quality > 100) then problems[#problems + 1] = "pictures.quality: between 1 and 100" end
end

--- Ranges of what deliveries take.
local DELIVER = {
  seconds = { 0, 3600 }, at_once = { 1, 256 }, tries = { 1, 1000 }, days = { 1, 365 }, first = { 0.01, 3600 }, longest = { 0.01, 7 * 86400 },
  keep_days = { 1, 36500 },
}

local function check_history(history, problems)
  for _, key in ipairs { "releases", "days" } do
    local n = history[key]
    if math.type(n) == "integer" and (n < 0 or n > 100000) then problems[#problems + 1] = ("history.%s: between 0 and 100000"):format(key) end
  end
end

--- Ranges of what the engine of related articles takes.
local RELATED = {
  depth = { 1, 64 }, title = { 0, 10 }, bigrams = { 0, 0.9 }, features = { 16, 512 }, tags = { 0, 1 }, recency = { 0, 2 }, recency_days = { 1, 3650 },
  diversity = { 0, 0.9 }, min = { 0, 1 }, copies = { 0, 1 }, refresh_days = { 0, 36500 }, refresh_pages = { 0, 1000 },
}

local function check_ranges(name, ranges, values, problems)
  for _, key in ipairs(sorted_keys(ranges)) do
    local range, value = ranges[key], values[key]
    if type(value) == "number" and not (value >= range[1] and value <= range[2]) then
      problems[#problems + 1] = ("%s.%s: between %s and %s"):format(name, key, range[1], range[2])
    end
  end
end

--- A base URL without its last slash; problems when it is no http(s) URL.
local function check_base_url(config, problems)
  local url = config.base_url
  if type(url) ~= "string" or url == "" then return end
  if not url:find("^https?://[^/%s?#]+[^%s?#]*$") then
    problems[#problems + 1] = ("base_url: '%s' is no address; write \"https://news.example\""):format(url)
  end
  config.base_url = url:gsub("/+$", "")
end

--- Checks what lede.lua returned. Gives the completed configuration, or nil and every problem, a line each.
---@param raw table
---@return table|nil, string|nil
function M.check(raw)
  local problems = {}
  check_plain(raw, "", problems, {})
  local config
  if #problems == 0 then
    config = check_fields(raw, M.rules, "", problems)
    check_base_url(config, problems)
    feed_rules.check(config, problems)
    if type(config.history) == "table" then check_history(config.history, problems) end
    if type(config.related) == "table" then check_ranges("related", RELATED, config.related, problems) end
    if type(config.deliver) == "table" then check_ranges("deliver", DELIVER, config.deliver, problems) end
    if type(config.pictures) == "table" then check_pictures(config.pictures, problems) end
    if config.plugins == nil or type(config.plugins) == "table" then config.plugins = M.plugin_list(config, problems) end
    if type(config.title) ~= "string" or config.title == "" then problems[#problems + 1] = "title: a site needs one" end
    local length = type(config.excerpt) == "table" and config.excerpt.length
    if math.type(length) == "integer" and (length < 1 or length > 2000) then
      problems[#problems + 1] = "excerpt.length: between 1 and 2000"
    end
  end
  if #problems > 0 then
    for i, problem in ipairs(problems) do problems[i] = "lede.lua: " .. problem end
    return nil, table.concat(problems, "\n")
  end
  return config
end

return M
