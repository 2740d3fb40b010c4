--- lede.origin: where an article comes from and what follows from it. One record, which every output takes its word from:
--- notice, canonical link, robots, structured data, feeds, sitemaps, what is announced to search engines.
---
--- What is said nearest to the article wins: its front matter, then origins/<name>.lua of the site, then `origin` of lede.lua,
--- then what stands here. A function `decide` in origins/<name>.lua has the last word. Pages: pure; each read is recorded.

local address = require("lede.address")
local files = require("lede.files")
local suggest = require("lede.suggest")
local text = require("lede.text")

local M = {}

--- What search engines are told of a copy, by policy. `canonical` names the original, `own` says that this page is it.
local POLICIES = {
  ["noindex-news"] = { canonical = true, robots = { { name = "Googlebot-News", content = "noindex" } } },
  noindex = { canonical = true, robots = { { name = "robots", content = "noindex" } } },
  canonical = { canonical = true, robots = {} },
  self = { own = true, robots = {} },
}
local POLICY_NAMES = { "canonical", "noindex", "noindex-news", "self" }

--- The sentence under a republished article; %s is where the original is, as a link.
M.notices = {
  ar = "نُشر هذا المقال أصلًا على %s",
  de = "Dieser Artikel wurde zuerst auf %s veröffentlicht",
  en = "This article is originally published on %s",
  es = "Este artículo se publicó originalmente en %s",
  fr = "Cet article est initialement publié sur %s",
  it = "Questo articolo è stato pubblicato originariamente su %s",
  pt = "Este artigo foi publicado originalmente em %s",
}

--- What origins/<name>.lua may say, and the type of each.
local RULES = {
  name = "string", home = "string", url = "string", feed = "string", author = "string", license = "string", terms = "string",
  index = "string", notice = "string or table", pictures = "boolean", decide = "function",
}

--- Articles of the site's own; nobody changes these.
local OWN_STORY <const> = {
  is_own = true, has_origin = false, index = "self", robots = {}, in_sitemap = true, in_news = true, in_indexnow = true, pictures = true,
}
local OWN_PAGE <const> = {
  is_own = true, has_origin = false, index = "self", robots = {}, in_sitemap = true, in_news = false, in_indexnow = true, pictures = true,
}

--- ---- what the site says

local settings = { index = "noindex-news", pictures = false, notice = {} }
local rules_of = {} -- by name of an origin: whether its file could be read, what it says or what is wrong, the number of the list of files it was found by
local page_files -- in page VMs: which files a page relies on

--- What lede.lua says of every origin. lede.plugin calls it before plugins are loaded.
---@param config table
function M.setup(config)
  local given = config.origin or {}
  settings = { index = given.index or "noindex-news", pictures = given.pictures == true, notice = given.notice or {} }
  rules_of = {}
end

--- In page VMs: each page relies on the files that its origins were looked up in. lede.page calls it.
---@param of table lede.page_files
function M.watch(of) page_files = of end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return keys
end

local function check_index(index, where)
  if not POLICIES[index] then error(("%s: no index '%s'. There are: %s"):format(where, tostring(index), table.concat(POLICY_NAMES, ", ")), 0) end
end

local function check(rules, where)
  if type(rules) == "function" then rules = { decide = rules } end
  if type(rules) ~= "table" then error(where .. ": it returns a table, or function(article, record)", 0) end
  for _, key in ipairs(sorted_keys(rules)) do
    local wanted, got = RULES[key], type(rules[key])
    if not wanted then error(("%s: there is no key '%s'.%s"):format(where, key, suggest.hint(key, sorted_keys(RULES))), 0) end
    if not (" " .. wanted .. " "):find(" " .. got .. " ", 1, true) then error(("%s: %s: expected %s, got %s"):format(where, key, wanted, got), 0) end
  end
  if rules.index then check_index(rules.index, where) end
  return rules
end

--- What origins/<slug>.lua returns, or false when there is none.
local function read_rules(slug)
  local where = "origins/" .. slug .. ".lua"
  local source = files.read("site", where)
  if not source then return false end
  local chunk, message = load(source, "@" .. where, "t")
  if not chunk then error(message, 0) end
  return check(chunk(), where)
end

local function rules_for(name)
  local known = rules_of[name]
  if not known then
    if page_files then page_files.watch() end
    local ok, rules = pcall(read_rules, text.slug(name))
    known = { ok = ok, rules = rules, files = page_files and page_files.watched() }
    rules_of[name] = known
  end
  if page_files then page_files.used(known.files) end
  if not known.ok then error(known.rules, 0) end
  return known.rules or {}
end

--- ---- the record

--- The host of an address without "www.": what a notice shows.
---@param url string?
---@return string?
function M.domain(url)
  local host = url and url:match("^%a[%w+.-]*://([^/?#:]+)")
  return host and (host:gsub("^.*@", ""):gsub("^www%.", ""))
end

--- A text, or of a table by language the one that fits.
local function in_language(said, lang)
  if type(said) ~= "table" then return said end
  lang = lang or "en"
  return said[lang] or said[lang:match("^%a+") or ""]
end

local function first_notice(article, rules)
  local lang = article.lang
  return article.origin_notice or in_language(rules.notice, lang) or in_language(settings.notice, lang) or in_language(M.notices, lang) or M.notices.en
end

--- What follows from the policy.
local function follow(record, article)
  if not POLICIES[record.index] then check_index(record.index, "origin of " .. (article.url or article.title or "?")) end
  record.url, record.home, record.feed = address.web(record.url), address.web(record.home), address.web(record.feed)
  if record.index == "canonical" and not record.url then record.index = "noindex-news" end -- it names no original to point at
  local policy = POLICIES[record.index]
  local own = policy.own == true
  record.is_own, record.canonical, record.robots = own, policy.canonical and record.url or nil, policy.robots
  record.in_sitemap, record.in_indexnow, record.in_news = own, own, own and article.type ~= "page"
  record.domain = M.domain(record.url) or M.domain(record.home)
  return record
end

local function republished(article, name, url)
  name = name or M.domain(url)
  local rules = rules_for(name)
  local index = article.origin_index or rules.index or settings.index
  local pictures = rules.pictures
  if pictures == nil then pictures = index == "self" or settings.pictures end
  local record = {
    has_origin = true, index = index, pictures = pictures,
    name = rules.name or name, url = url or rules.url, home = rules.home, feed = rules.feed, author = article.origin_author or rules.author,
    license = article.origin_license or rules.license, terms = article.origin_terms or rules.terms, published = article.origin_published,
    expires = article.expires, notice = first_notice(article, rules),
  }
  if rules.decide then
    local changed = rules.decide(article, record)
    if changed ~= nil then record = changed end
    if type(record) ~= "table" then error(("origins/%s.lua: decide changes the record, or returns one"):format(text.slug(name)), 0) end
  end
  return follow(record, article)
end

---@class lede.Origin
---@field is_own boolean        this page is the original, or as good as it
---@field has_origin boolean    the article names where it comes from
---@field index "noindex-news"|"noindex"|"canonical"|"self"
---@field robots { name: string, content: string }[] meta elements of the page
---@field in_sitemap boolean
---@field in_news boolean       in a news sitemap, for as long as it is news
---@field in_indexnow boolean
---@field pictures boolean      whether feeds, wires and partners may take its pictures along
---@field canonical? string     address of the original, when another page than this one is to be found
---@field name? string
---@field url? string           address of the original
---@field home? string          address of the publication
---@field domain? string        "leprogres.fr"
---@field feed? string          address of the publication's feed
---@field author? string
---@field license? string
---@field terms? string
---@field notice? string        a sentence in the article's language; %s in it is where the original is
---@field published? integer
---@field expires? integer      when the article withdraws itself

--- What all outputs say of an article: of pages, or of the store.
---@param article table
---@return lede.Origin record not to be changed
function M.of(article)
  local name, url = article.origin_name, article.origin_url
  if name or url then return republished(article, name, url) end
  return article.type == "page" and OWN_PAGE or OWN_STORY
end

--- The notice as a sentence without markup; nil when there is nothing to tell.
---@param record lede.Origin
---@return string?
function M.sentence(record)
  if not record.has_origin or not record.domain then return nil end
  local before, after = M.around(record.notice)
  return before .. record.domain .. after
end

--- A pattern in two halves, around what stands for its %s; it comes last when there is no %s.
---@param pattern string
---@return string before
---@return string after
function M.around(pattern)
  local at = pattern:find("%s", 1, true)
  if not at then return pattern .. " ", "" end
  return pattern:sub(1, at - 1), pattern:sub(at + 2)
end

return M
