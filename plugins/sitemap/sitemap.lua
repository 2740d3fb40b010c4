--- plugins.sitemap.sitemap: which addresses stand in which file, and the files' bytes.
--- Months are UTC's, so that a file of a past month never changes because a zone's rules do.

local escape = lede.xml.escape

local sitemap = {}

local NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
local CHUNK <const> = 10000 -- articles a query may ask for
local PART <const> = 20000 -- addresses in a file: below the format's 50,000, and 50 MB at 2.5 KB each

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

--- The files beside /sitemap.xml: none for a small site, else one for the sections and one or more for each month.
---@param edition table
---@param options table
---@return { path: string, data: table }[]
function sitemap.files(edition, options)
  if edition:count {} <= options.split then
    return {}
  end
  local files = { { path = "/sitemap-pages.xml", data = {} } }
  local first = edition:articles { order = "oldest", limit = 1 }[1]
  while first do
    local month = sitemap.month(first.date)
    local left = edition:count { from = month.from, to = month.to }
    local part = 1
    repeat
      files[#files + 1] = {
        path = "/sitemap-" .. month.name .. (part > 1 and "-" .. part or "") .. ".xml",
        data = { from = month.from, to = month.to, offset = (part - 1) * PART },
      }
      part, left = part + 1, left - PART
    until left <= 0
    first = edition:articles { from = month.to, order = "oldest", limit = 1 }[1]
  end
  return files
end

local function open(root_element)
  return { '<?xml version="1.0" encoding="utf-8"?>\n<', root_element, ' xmlns="', NAMESPACE, '">\n' }
end

local function close(out, root_element)
  out[#out + 1] = "</" .. root_element .. ">\n"
  return table.concat(out)
end

--- Whether search engines should come for this copy: not when its origin says that another address is
--- the right one.
local function is_own(article)
  return not article.origin_url or article.origin_index == "self"
end

local function add_articles(out, root, edition, query)
  local left, offset = PART, query.offset or 0
  while left > 0 do
    local articles = edition:articles {
      from = query.from, to = query.to, order = "oldest", offset = offset, limit = math.min(left, CHUNK),
    }
    for _, article in ipairs(articles) do
      if is_own(article) then
        out[#out + 1] = "<url><loc>" .. escape(root .. article.url) .. "</loc><lastmod>"
          .. lede.time.format(article.updated or article.date, "iso") .. "</lastmod></url>\n"
      end
    end
    if #articles < CHUNK then
      return
    end
    offset, left = offset + CHUNK, left - CHUNK
  end
end

--- Home and sections. They have no lastmod: nobody knows when a list last mattered.
local function add_pages(out, root, edition, options)
  out[#out + 1] = "<url><loc>" .. escape(root .. "/") .. "</loc></url>\n"
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
    local out = open("urlset")
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
  local out = open("urlset")
  if data.from then
    add_articles(out, root, edition, data)
  else
    add_pages(out, root, edition, options)
  end
  return close(out, "urlset")
end

return sitemap
