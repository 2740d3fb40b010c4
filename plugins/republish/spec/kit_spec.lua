local kit = require("plugins.republish.kit")

kit.setup({ base_url = "https://news.example", title = "The News" }, { folder = "/republish/", counter = true, sections = {}, terms = "", license = "" })

local function edition_of(articles)
  local edition = {}
  function edition.articles(_, query) return query.offset == 0 and articles or {} end
  return edition
end

describe("pages for partners", function()
  it("are of the site's own stories, one address each, the first one's for ever", function()
    local found = kit.pages(edition_of {
      { id = "01AAAAAAAA", slug = "briefing" }, { id = "01BBBBBBBB", slug = "about", type = "page" }, { id = "01CCCCCCCC", slug = "theirs", origin_url = "https://o.example/" },
      { id = "01DDDDDDDD", slug = "briefing" },
    })
    local paths = {}
    for i, page in ipairs(found) do paths[i] = page.path end
    expect(paths):to_equal { "/republish/briefing/", "/republish/briefing-dddddd/" }
  end)
  it("name the original to search engines", function()
    expect(kit.canonical { url = "/a/?x&y" }):to_be('<link rel="canonical" href="https://news.example/a/?x&amp;y">')
    expect(kit.counter_path()):to_be("/republish/counter.gif")
  end)
end)
