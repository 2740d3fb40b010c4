local news = require("plugins.sitemap-news.news")

--- An edition at 2024-04-03T10:25 of articles, newest first.
local function edition_of(articles)
  local edition = { year = 2024, month = 4, day = 3, hour = 10 }
  function edition.articles(_, query)
    local found = {}
    for _, article in ipairs(articles) do
      if article.date >= query.from then found[#found + 1] = article end
    end
    return table.move(found, query.offset + 1, math.min(#found, query.offset + query.limit), 1, {})
  end
  return edition
end

local hour = 1712138400 -- 2024-04-03T10:00:00Z
local publication = { root = "https://news.example", zone = "UTC", name = "The News", lang = "en" }

local function story(fields)
  local article = { url = "/a/", title = "A < B", date = hour, lang = "fr" }
  for key, value in pairs(fields) do article[key] = value end
  return article
end

describe("what is news", function()
  it("is never older than two days, nor left out before 47 hours", function()
    local since = news.since(edition_of {}, "UTC")
    expect(hour + 3599 - since <= 2 * 86400):to_hold()
    expect(hour - since >= 47 * 3600):to_hold()
    expect(news.since(edition_of {}, "Europe/Paris")):to_be(since - 7200)
  end)
  it("is the site's own stories", function()
    local found = news.stories(edition_of {
      story { url = "/own/" }, story { url = "/theirs/", origin_url = "https://o.example/a" },
      story { url = "/licensed/", origin_url = "https://o.example/b", origin_index = "self" }, story { url = "/about/", type = "page" },
      story { url = "/old/", date = hour - 49 * 3600 }, story { url = "/undated/", date = 0 },
    }, hour - 47 * 3600)
    local urls = {}
    for i, article in ipairs(found) do urls[i] = article.url end
    expect(table.concat(urls, " ")):to_be("/own/ /licensed/")
  end)
  it("is a thousand at most, the newest", function()
    local many = {}
    for i = 1, 1300 do many[i] = story { url = "/" .. i .. "/", date = hour - i } end
    local found = news.stories(edition_of(many), hour - 47 * 3600)
    expect(#found):to_be(1000)
    expect(found[1000].url):to_be("/1000/")
  end)
end)

describe("a news sitemap", function()
  it("says of each story what the format wants", function()
    expect(news.render(edition_of { story { date = hour + 60 } }, publication)):to_contain(
      "<url><loc>https://news.example/a/</loc><news:news><news:publication><news:name>The News</news:name><news:language>fr</news:language></news:publication>"
        .. "<news:publication_date>2024-04-03T10:01:00Z</news:publication_date><news:title>A &lt; B</news:title></news:news></url>"
    )
  end)
  it("may be empty", function() expect(news.render(edition_of {}, publication)):to_match("<urlset [^>]*>\n</urlset>\n$") end)
  local languages = { ["en-GB"] = "en", fr = "fr", ["zh-Hant"] = "zh-tw", ["zh-TW"] = "zh-tw", zh = "zh-cn", ["zh-Hans-CN"] = "zh-cn", gsw = "gsw" }
  for lang, wanted in pairs(languages) do
    it(("has %s as %s"):format(lang, wanted), function() expect(news.language(lang)):to_be(wanted) end)
  end
  it("knows the publication by its name alone", function() expect(news.name("The News (beta)")):to_be("The News") end)
end)
