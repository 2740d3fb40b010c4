local post = require("plugins.mastodon.post")

local PATTERN = "{title}\n\n{url}\n\n{tags}"

describe("a post", function()
  it("has title, link and tags", function()
    local text = post.text(PATTERN, { title = "Trams return", tags = { "Public transport", "city-hall" } }, "https://x.example/a/", 500)
    expect(text):to_be("Trams return\n\nhttps://x.example/a/\n\n#Publictransport #cityhall")
    expect(post.text(PATTERN, { title = "Trams" }, "https://x.example/a/", 500)):to_be("Trams\n\nhttps://x.example/a/")
    expect(post.text("{title}: {description}", { title = "Trams", summary = "They are back" }, "", 500)):to_be("Trams: They are back")
  end)
  it("is cut in the title; a link counts 23 characters", function()
    local url = "https://x.example/" .. ("long-"):rep(30)
    local text = post.text(PATTERN, { title = ("word "):rep(100) }, url, 100)
    expect(text):to_contain(url)
    expect(utf8.len(text) - utf8.len(url) + 23 <= 100):to_be(true)
  end)
  it("is of new articles of the site's own, of the last days", function()
    local articles = {
      { { id = "A", date = 900 }, { what = "new" } }, { { id = "B", date = 900 }, { what = "changed" } }, { { id = "C", date = 0 }, { what = "new" } },
      { { id = "D", date = 900, origin_name = "Other", origin_url = "https://other.example/" }, { what = "new" } }, { { id = "E", date = 900, type = "page" }, { what = "new" } },
    }
    local at = 0
    local release = { now = 1000, articles = function()
      return function()
        at = at + 1
        return table.unpack(articles[at] or {})
      end
    end }
    local told = post.of(release, { hours = 0.1, section = "", server = "s" })
    expect(#told):to_be(1)
    expect(told[1].key):to_be("A")
  end)
end)
