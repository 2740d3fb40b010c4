local archive = require("plugins.layout-broadsheet.archive")

--- An edition of articles at these instants.
local function edition_of(dates)
  table.sort(dates)
  local edition = {}
  local function within(query, date)
    return date >= (query.from or date) and date < (query.to or date + 1)
  end
  function edition:articles(query) -- luacheck: no self
    local found = {}
    local first, last, step = #dates, 1, -1
    if query.order == "oldest" then
      first, last, step = 1, #dates, 1
    end
    for i = first, last, step do
      if #found < query.limit and within(query, dates[i]) then
        found[#found + 1] = { date = dates[i] }
      end
    end
    return found
  end
  function edition:count(query) -- luacheck: no self
    local n = 0
    for _, date in ipairs(dates) do
      n = n + (within(query, date) and 1 or 0)
    end
    return n
  end
  return edition
end

local function at(iso)
  return lede.time.parse(iso)
end

local function paths(edition, kind, options)
  local list = {}
  for i, page in ipairs(archive.pages(edition, kind, options)) do
    list[i] = page.path
  end
  return table.concat(list, " ")
end

local utc = { zone = "UTC", root = "/archive/", size = 2 }

describe("the archive by date", function()
  local edition = edition_of { at("2024-12-31T23:30:00Z"), at("2023-05-01T00:00:00Z"), at("2024-12-01T00:00:00Z") }

  it("has a page for each year and month that holds something", function()
    expect(paths(edition, "index", utc)):to_be("/archive/")
    expect(paths(edition, "year", utc)):to_be("/2023/ /2024/")
    expect(paths(edition, "month", utc)):to_be("/2023/05/ /2024/12/")
  end)

  it("goes by the site's zone", function()
    local cairo = { zone = "+02:00", root = "/archive/", size = 2 }
    expect(paths(edition, "month", cairo)):to_be("/2023/05/ /2024/12/ /2025/01/")
  end)

  it("leads from month to month, and from part to part of a long one", function()
    local many = edition_of { at("2024-01-01"), at("2024-01-02"), at("2024-01-03"), at("2024-03-01") }
    local pages = archive.pages(many, "month", utc)
    expect(paths(many, "month", utc)):to_be("/2024/01/ /2024/01/page/2/ /2024/03/")
    expect(pages[1].data.older):to_be_nil()
    expect(pages[1].data.newer):to_be("/2024/01/page/2/")
    expect(pages[2].data.offset):to_be(2)
    expect(pages[2].data.number):to_be(2)
    expect(pages[3].data.older):to_be("/2024/01/page/2/")
  end)

  it("passes over what has no date", function()
    expect(paths(edition_of { 0 }, "index", utc)):to_be("")
    expect(paths(edition_of { 0, at("2024-02-03") }, "month", utc)):to_be("/2024/02/")
  end)

  it("knows newspapers that are older than 1970", function()
    expect(paths(edition_of { at("1969-12-31"), 0, at("1970-01-05") }, "month", utc)):to_be("/1969/12/ /1970/01/")
  end)

  it("of nothing is nothing", function()
    expect(paths(edition_of {}, "year", utc)):to_be("")
  end)
end)
