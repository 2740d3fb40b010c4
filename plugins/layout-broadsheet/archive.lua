--- plugins.layout-broadsheet.archive: the pages of the archive by date: one of all years, one a year, one or more a month.
--- They follow from counts: no article is read to know which pages there are. A page of a past month never changes.

local M = {}

local function first_of(year, month, zone)
  return assert(lede.time.parse(("%04d-%02d-01"):format(year, month), { zone = zone }))
end

--- The oldest article that has a date: one without stands at 0.
local function oldest_of(edition)
  local found = edition:articles { order = "oldest", limit = 1 }[1]
  if found and found.date == 0 then
    found = edition:articles { from = 1, order = "oldest", limit = 1 }[1]
  end
  return found
end

---@class broadsheet.Month
---@field year integer
---@field month integer
---@field from integer
---@field to integer
---@field count integer
---@field url string

--- The months that hold something, oldest first.
---@param edition table
---@param zone string
---@return broadsheet.Month[]
function M.months(edition, zone)
  local oldest, newest = oldest_of(edition), edition:articles { limit = 1 }[1]
  local months = {}
  if not oldest then
    return months
  end
  local at, last = lede.time.civil(oldest.date, zone), newest.date
  local year, month, from = at.year, at.month, first_of(at.year, at.month, zone)
  while from <= last do
    local next_year, next_month = year + month // 12, month % 12 + 1
    local to = first_of(next_year, next_month, zone)
    if from <= 0 and to > 0 then
      from = 1 -- the month in which those without a date would stand
    end
    local count = edition:count { from = from, to = to }
    if count > 0 then
      months[#months + 1] = {
        year = year, month = month, from = from, to = to, count = count, url = ("/%04d/%02d/"):format(year, month),
      }
    end
    year, month, from = next_year, next_month, to
  end
  return months
end

--- Months by year, oldest first.
---@param months broadsheet.Month[]
---@return { year: integer, url: string, count: integer, months: broadsheet.Month[] }[]
function M.years(months)
  local years, last = {}, nil
  for _, month in ipairs(months) do
    if not last or last.year ~= month.year then
      last = { year = month.year, url = ("/%04d/"):format(month.year), count = 0, months = {} }
      years[#years + 1] = last
    end
    last.months[#last.months + 1] = month
    last.count = last.count + month.count
  end
  return years
end

local function url_at(list, i)
  return list[i] and list[i].url
end

local build = {}

function build.index(months, options)
  return #months > 0 and { { path = options.root, data = { years = M.years(months) } } } or {}
end

function build.year(months)
  local pages, years = {}, M.years(months)
  for i, year in ipairs(years) do
    pages[i] = {
      path = year.url,
      data = { year = year.year, months = year.months, older = url_at(years, i - 1), newer = url_at(years, i + 1) },
    }
  end
  return pages
end

--- Parts of a month count from its oldest article, so that a full one never changes.
function build.month(months, options)
  local parts = {}
  for _, month in ipairs(months) do
    for part = 1, (month.count - 1) // options.size + 1 do
      parts[#parts + 1] = {
        url = part == 1 and month.url or ("%spage/%d/"):format(month.url, part),
        month = month, number = part > 1 and part or nil, offset = (part - 1) * options.size,
      }
    end
  end
  local pages = {}
  for i, part in ipairs(parts) do
    local month = part.month
    pages[i] = {
      path = part.url,
      data = {
        year = month.year, from = month.from, to = month.to, year_url = ("/%04d/"):format(month.year),
        number = part.number, offset = part.offset, limit = options.size, older = url_at(parts, i - 1), newer = url_at(parts, i + 1),
      },
    }
  end
  return pages
end

--- What a route of the archive makes.
---@param edition table
---@param kind "index"|"year"|"month"
---@param options { zone: string, root: string, size: integer }
---@return { path: string, data: table }[]
function M.pages(edition, kind, options)
  return build[kind](M.months(edition, options.zone), options)
end

return M
