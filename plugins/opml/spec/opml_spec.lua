local opml = require("plugins.opml.opml")

describe("an OPML file", function()
  it("has an outline for each feed, escaped", function()
    local xml = opml.render("A & B", { { title = 'A "&" B', href = "https://x.example/index.xml?a=1&b", home = "https://x.example/", type = "application/rss+xml" } })
    local root = assert(lede.xml.parse(xml))
    local body = lede.xml.child(root, "body")
    local outline = lede.xml.child(body, "outline")
    expect(lede.xml.text(lede.xml.child(lede.xml.child(root, "head"), "title"))):to_be("A & B")
    expect(outline.attributes):to_equal { type = "rss", text = 'A "&" B', title = 'A "&" B', xmlUrl = "https://x.example/index.xml?a=1&b", htmlUrl = "https://x.example/" }
  end)
end)
