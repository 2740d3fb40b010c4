--- plugins.sitemap-news.news: which stories are news, and the file's bytes.

local origin = require("lede.origin")
local time = require("lede.time")
local escape = require("lede.xml").escape

local M = {}

local MOST <const> = 1000 -- addresses that the format takes
local WINDOW <const> = 200 -- articles that are asked for at a time
local HOURS <const> = 47 -- and the one that has begun: two days at most

--- The instant from which on a story is news. It follows the edition's clock by the hour, so the file is made again when an hour
--- has passed and not for every change.
---@param edition table
---@param zone string of the site, which the clock is told in
---@return integer
function M.since(edition, zone)
  local hour = ("%04d-%02d-%02dT%02d:00:00"):format(edition.year, edition.month, edition.day, edition.hour)
  return assert(time.parse(hour, { zone = zone })) - HOURS * 3600
end

--- The site's own stories since an instant, newest first.
---@param edition table
---@param since integer
---@return table[]
function M.stories(edition, since)
  local found, offset = {}, 0
  repeat
    local some = edition:articles { from = math.max(since, 1), offset = offset, limit = WINDOW }
    for _, article in ipairs(some) do
      if #found < MOST and origin.of(article).in_news then found[#found + 1] = article end
    end
    offset = offset + WINDOW
  until #some < WINDOW or #found == MOST
  return found
end

--- A language as the format has it: two or three letters, but for Chinese.
---@param lang string
---@return string
function M.language(lang)
  lang = lang:lower()
  local base = lang:match("^%a+") or "en"
  if base ~= "zh" then return base:sub(1, 3) end
  return (lang:find("hant", 1, true) or lang:find("-tw", 1, true) or lang:find("-hk", 1, true)) and "zh-tw" or "zh-cn"
end

--- The name of a publication: what stands in brackets is none of it.
---@param title string
---@return string
function M.name(title) return (title:gsub("%s*%b()", ""):gsub("^%s+", "")) end

---@param edition table
---@param publication { root: string, zone: string, name: string, lang: string }
---@return string
function M.render(edition, publication)
  local out = {
    '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"',
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n',
  }
  local name = escape(publication.name)
  for _, article in ipairs(M.stories(edition, M.since(edition, publication.zone))) do
    out[#out + 1] = "<url><loc>" .. escape(publication.root .. article.url) .. "</loc><news:news><news:publication><news:name>" .. name
      .. "</news:name><news:language>" .. M.language(article.lang or publication.lang) .. "</news:language></news:publication><news:publication_date>"
      .. time.rfc3339(article.date, publication.zone) .. "</news:publication_date><news:title>" .. escape(article.title) .. "</news:title></news:news></url>\n"
  end
  out[#out + 1] = "</urlset>\n"
  return table.concat(out)
end

return M
