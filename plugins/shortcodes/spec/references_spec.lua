local find = require("plugins.shortcodes.references").find

local function edition(articles)
  return {
    article = function(_, ref)
      for _, a in ipairs(articles) do
        if a.url == ref then return a end
      end
    end,
    articles = function(_, query)
      local found = {}
      for _, a in ipairs(articles) do
        if a.date >= query.from and a.date < query.to then found[#found + 1] = a end
      end
      return found
    end,
    tag = function(_, slug) return slug == "mobile" and { url = "/tags/mobile/" } or nil end,
  }
end

local day = lede.time.parse("2015-07-14")
local site = edition {
  { url = "/news/one/", path = "news/2015/2015-07-14-one.md", slug = "one", date = day + 3600 },
  { url = "/news/two/", path = "news/2015-07-14-two/index.md", slug = "other", date = day + 7200 },
  { url = "/news/three/", path = "elsewhere.md", slug = "three", date = day },
}

describe("a reference", function()
  it("finds an article by its file", function()
    expect(find(site, "2015-07-14-one.md")):to_be("/news/one/")
    expect(find(site, "/news/2015/07/2015-07-14-one.md#part")):to_be("/news/one/#part")
  end)
  it("finds a bundle by its folder", function() expect(find(site, "2015-07-14-two/index.md")):to_be("/news/two/") end)
  it("finds an article by day and slug", function() expect(find(site, "2015-07-14-three.md")):to_be("/news/three/") end)
  it("finds an address", function() expect(find(site, "/news/one")):to_be("/news/one/") end)
  it("finds a topic", function() expect(find(site, "/topics/mobile")):to_be("/tags/mobile/") end)
  it("finds nothing that is not there", function()
    expect(find(site, "2015-07-14-four.md")):to_be_nil()
    expect(find(site, "2015-99-99-one.md")):to_be_nil()
    expect(find(site, "/topics/none")):to_be_nil()
    expect(find(site, "")):to_be_nil()
    expect(find(site, "#only")):to_be_nil()
  end)
end)
