-- lede.reasons: why a page is made, in words.
local reasons = require("lede.reasons")

local function read(kind, key, more)
  local change = { what = "read", kind = kind, key = key }
  for name, value in pairs(more or {}) do change[name] = value end
  return reasons.words(change, "/site")
end

describe("the reason of a page", function()
  it("names the article, what changed of it, and that it went", function()
    expect(read("body", "ID", { article = "a.md" })):to_be("content/a.md: the body changed")
    expect(read("card", "ID", { article = "a.md", fields = { "title", "image_alt", "lead" } })):to_be("content/a.md: its title, image alt, excerpt changed")
    expect(read("card", "ID", { article = "a.md", gone = true })):to_be("content/a.md: it is no longer shown")
    expect(read("body", "ID", { article_url = "/wire/" })):to_be("/wire/: the body changed")
  end)
  it("reads queries aloud", function()
    expect(read("query", "section=news limit=20")):to_be("the list of section news (newest 20) is another")
    expect(read("query", "section=news tag=tax order=oldest offset=20 limit=10")):to_be("the list of section news and tag tax (oldest 10 after 20) is another")
    expect(read("query", "limit=5")):to_be("the list of all articles (newest 5) is another")
    expect(read("count", "tag=tax")):to_be("the number of articles of tag tax is another")
  end)
  it("names files below the site's folder, and others whole", function()
    expect(read("file", "/site/layouts/a.html")):to_be("layouts/a.html changed")
    expect(read("file", "/sites/layouts/a.html")):to_be("/sites/layouts/a.html changed")
    expect(read("file", "lede:program")):to_be("lede itself is another version")
  end)
  it("tells new, moved, due and gone ones apart", function()
    expect(reasons.words { what = "new", of = { article = "a.md" } }):to_be("new article")
    expect(reasons.words { what = "new", of = { article = "a.md" }, moved = "/a/" }):to_be("moved from /a/")
    expect(reasons.words { what = "new", of = { article = "a.md" }, due = true }):to_be("it is published by itself now")
    expect(reasons.words { what = "new", of = { route = "s", plugin = "p", term = "section:news", archive = 12 } }):to_be("list grew: archive page 12 of section news is new")
    expect(reasons.words { what = "gone", of = { article = "a.md", state = "withdrawn" } }):to_be("no longer public: withdrawn")
    expect(reasons.words { what = "gone", of = { article = "a.md", moved = "/b/" } }):to_be("moved to /b/")
    expect(reasons.words { what = "gone" }):to_be("nothing makes it any more")
    expect(reasons.words { what = "again", of = {} }):to_be("it could not be made last time, or is made each time")
  end)
  it("sees a shift only in archive pages whose list is another", function()
    local function page(list, number, kind) return { what = "read", kind = kind, key = "", of = { term = list, archive = number } } end
    local shifts = reasons.shifts { page("section:b", 7, "query"), page("section:b", 5, "query"), page("section:a", 2, "query"), page("section:c", 1, "card"), { what = "gone" } }
    expect(shifts):to_equal { { list = "section a", first = 2, last = 2 }, { list = "section b", first = 5, last = 7 } }
  end)
end)
