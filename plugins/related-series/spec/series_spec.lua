local series = require("plugins.related-series.series")

local options = { tag = "series-", least = 2, most = 3 }

local function edition_of(ids)
  local asked = {}
  return {
    asked = asked,
    articles = function(_, query)
      asked[#asked + 1] = query
      local out = {}
      for i, id in ipairs(ids) do out[i] = { id = id } end
      return table.move(out, 1, math.min(#out, query.limit), 1, {})
    end,
  }
end

describe("a series", function()
  local article = { id = "b", date = 100, tag_terms = { { slug = "eu" }, { slug = "series-budget" } } }

  it("gives its earlier ones, without the article itself", function()
    local edition = edition_of { "c", "b", "a", "z", "y" }
    local others = series.others(article, edition, options)
    expect(#others):to_equal(3)
    expect(others[1].id):to_equal("c")
    expect(others[2].id):to_equal("a")
    expect(edition.asked[1].tag):to_equal("series-budget")
    expect(edition.asked[1].to):to_equal(101)
  end)
  it("is none without its tag, or with too few", function()
    expect(series.others({ id = "b", date = 1, tag_terms = { { slug = "eu" } } }, edition_of { "a" }, options)):to_equal(nil)
    expect(series.others(article, edition_of { "b", "a" }, options)):to_equal(nil)
  end)
end)
