local check = require("lede.check")
local item = require("plugins.newsml-g2.item")
local xml = lede.xml

local function story(fields)
  local it = {
    id = "tag:news.example,2026:01J", url = "https://news.example/a/", title = "A < B", summary = "Short.", html = "<p>Long ]]> &amp; br<br></p>", date = 1, updated = 1700000000, lang = "en",
    section = "World", tags = { "One" }, people = { { name = "Ann" } }, corrections = { { at = 2, text = "Not two." } }, status = "usable", words = 2, first = "2024-01-01T00:00:00Z",
    version = "2024-01-02T00:00:00Z", holder = "The News", image = { url = "https://news.example/a.png", type = "image/png" },
  }
  for key, value in pairs(fields or {}) do it[key] = value end
  return it
end

describe("a newsItem", function()
  it("is right, whatever is known of the article", function()
    for _, status in ipairs { "usable", "withheld", "canceled" } do
      expect(check.file("a.xml", item.render(story { status = status }, "P & Q"))):to_equal {}
    end
    expect(check.file("a.xml", item.render({ id = "tag:a,2026:b", url = "/a/", title = "", tags = {}, people = {}, corrections = {}, status = "usable", html = "" }, "P"))):to_equal {}
  end)
  it("has the body as data, whole", function()
    local root = assert(xml.parse(item.render(story(), "P")))
    expect(xml.text(xml.child(xml.child(root, "contentSet"), "inlineData"))):to_be("<p>Long ]]> &amp; br<br></p>")
    expect(root.attributes.version):to_be("1700000000")
  end)
  it("has nothing to read when it is canceled", function()
    local text = item.render(story { status = "canceled" }, "P")
    expect(text):to_contain("stat:canceled")
    expect(text):not_to_contain("Long")
    expect(text):not_to_contain("A &lt; B")
  end)
end)
