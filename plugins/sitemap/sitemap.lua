--- plugins.sitemap.sitemap: which addresses stand in which file, and the files' bytes.
--- Months are UTC's, so that a file of a past month never changes because a zone's rules do.

local corrections = require("lede.corrections")
local feed = require("lede.feed")
local languages = require("plugins.metadata.languages")
local origin = require("lede.origin")
local time = require("lede.time")

local escape = require("lede.xml").escape

local sitemap = {}

local NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
local PART <const> = 5000 -- addresses in a file: below the format's 50,000, and at 10 KB each below its 50 MB
local LINKS <const> = 7000 -- bytes that an address may have for its translations

--- Days from 1970-01-01 to the first of a month of the Gregorian calendar.
local function days_before(year, month)
  local y = month > 2 and year or year - 1
  local era = y // 400
  local of_era = y - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

--- Year and month, in UTC, of an instant in seconds.
local function month_of(t)
  local z = t // 86400 + 719468
  local era = z // 146097
  local of_era = z - era * 146097
  local year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
  local of_year = of_era - (365 * year + year // 4 - year // 100)
  local shifted = (5 * of_year + 2) // 153
  local month = shifted < 10 and shifted + 3 or shifted - 9
  return year + era * 400 + (month <= 2 and 1 or 0), month
end

--- A month that holds an instant.
---@param t integer
---@return { name: string, from: integer, to: integer }
function sitemap.month(t)
  local year, month = month_of(t)
  local after = month == 12 and days_before(year + 1, 1) or days_before(year, month + 1)
  return {
    name = string.format("%04d-%02d", year, month),
    from = days_before(year, month) * 86400,
    to = after * 86400,
  }
end

--- The oldest article from an instant on that has a date: one without stands at 0.
local function dated(edition, from)
  local found = edition:articles { from = from, order = "oldest", limit = 1 }[1]
  if found and found.date == 0 then
    found = edition:articles { from = 1, order = "oldest", limit = 1 }[1]
  end
  return found
end

--- One file for each PART of so many articles of a span of time; one at least.
local function add_parts(files, name, from, to, count)
  for part = 1, math.max(1, (count + PART - 1) // PART) do
    files[#files + 1] = {
      path = "/sitemap-" .. name .. (part > 1 and "-" .. part or "") .. ".xml",
      data = { from = from, to = to, offset = (part - 1) * PART },
    }
  end
end

--- The files beside /sitemap.xml: none for a small site, else one for home, sections and what has no date, and one or
--- more for each month.
---@param edition table
---@param options table
---@return { path: string, data: table }[]
function sitemap.files(edition, options)
  if edition:count {} <= math.min(options.split, PART) then
    return {}
  end
  local files = {}
  add_parts(files, "pages", 0, 1, edition:count { from = 0, to = 1 })
  files[1].data.pages = true
  local first = dated(edition)
  while first do
    local month = sitemap.month(first.date)
    local from = month.from == 0 and 1 or month.from
    add_parts(files, month.name, from, month.to, edition:count { from = from, to = month.to })
    first = dated(edition, month.to)
  end
  return files
end

local function open(root_element, more)
  return { '<?xml version="1.0" encoding="utf-8"?>\n<', root_element, ' xmlns="', NAMESPACE, '"', more or "", ">\n" }
end

local function open_urls()
  return open("urlset", ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml"')
end

local function close(out, root_element)
  out[#out + 1] = "</" .. root_element .. ">\n"
  return table.concat(out)
end

local function alternate(article, root)
  return '<xhtml:link rel="alternate" hreflang="' .. escape(article.lang) .. '" href="' .. escape(root .. article.url) .. '"/>'
end

--- The originals in each language, its own among them; nothing when it stands alone, or when they are too many.
local function alternates(article, root)
  local links = {}
  for i, other in ipairs(languages.group(article)) do links[i] = alternate(other, root) end
  local text = table.concat(links)
  return #text <= LINKS and text or ""
end

local function picture(article, record)
  local image = article.image_src and feed.picture(article, record)
  return image and "<image:image><image:loc>" .. escape(image.url) .. "</image:loc></image:image>" or ""
end

--- A date that is known to be true, or none.
local function changed(article)
  local at = corrections.updated(article)
  return at ~= 0 and "<lastmod>" .. time.rfc3339(at, "UTC") .. "</lastmod>" or ""
end

local function add_articles(out, root, edition, query)
  local articles = edition:articles { from = query.from, to = query.to, order = "oldest", offset = query.offset, limit = PART }
  for _, article in ipairs(articles) do
    local record = origin.of(article)
    if record.in_sitemap then
      out[#out + 1] = "<url><loc>" .. escape(root .. article.url) .. "</loc>" .. changed(article) .. alternates(article, root) .. picture(article, record) .. "</url>\n"
    end
  end
end

local function add_home(out, root) out[#out + 1] = "<url><loc>" .. escape(root .. "/") .. "</loc></url>\n" end

--- Home and sections. They have no lastmod: nobody knows when a list last mattered.
local function add_pages(out, root, edition, options)
  add_home(out, root)
  for _, section in ipairs(options.sections and edition:sections() or {}) do
    if section.url then
      out[#out + 1] = "<url><loc>" .. escape(root .. section.url) .. "</loc></url>\n"
    end
  end
end

--- /sitemap.xml: everything, or an index of the other files.
---@param edition table
---@param root string base_url without a slash at its end
---@param options table
---@return string
function sitemap.front(edition, root, options)
  local files = sitemap.files(edition, options)
  if #files == 0 then
    local out = open_urls()
    add_pages(out, root, edition, options)
    add_articles(out, root, edition, {})
    return close(out, "urlset")
  end
  local out = open("sitemapindex")
  for _, file in ipairs(files) do
    out[#out + 1] = "<sitemap><loc>" .. escape(root .. file.path) .. "</loc></sitemap>\n"
  end
  return close(out, "sitemapindex")
end

--- One of sitemap.files.
---@param edition table
---@param root string
---@param data table of that file
---@param options table
---@return string
function sitemap.file(edition, root, data, options)
  local out = open_urls()
  local before = #out
  if data.pages then
    add_pages(out, root, edition, options)
  end
  add_articles(out, root, edition, data)
  if #out == before then
    add_home(out, root) -- a month of other people's articles only; the format wants an address
  end
  return close(out, "urlset")
end

return sitemap
