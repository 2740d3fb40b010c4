local cut = require("plugins.search.cut")

describe("the parts of the index", function()
  local found = { shards = { "a\t4A\n", "" }, ids = {}, first = 2000 }
  for i = 1, 2 * cut.BLOCK + 1 do
    found.ids[i] = "id" .. i
  end
  local data = cut.data(found)

  it("are one for each shard and each few articles", function()
    expect(data.shards):to_be(2)
    expect(data.blocks):to_be(3)
    expect(data.parts.w0):to_be("a\t4A\n")
    expect(data.parts.a0[1]):to_be("id1")
    expect(data.parts.a2):to_equal { "id" .. 2 * cut.BLOCK + 1 }
  end)

  it("have a page each", function()
    local pages = cut.pages(data, "shards", "/search/w/", ".txt", "w")
    expect(pages):to_equal { { path = "/search/w/0.txt", data = { part = "w0" } }, { path = "/search/w/1.txt", data = { part = "w1" } } }
    expect(cut.head(data)):to_equal { version = 1, shards = 2, first = 2000, articles = 2 * cut.BLOCK + 1, block = cut.BLOCK }
  end)

  it("are not made without an index", function()
    expect(function() cut.pages(nil, "shards", "/", "", "w") end):to_raise("made no index")
  end)
end)

describe("a block of articles", function()
  it("keeps its places when one is not public", function()
    local edition = {}
    function edition.article(_, id)
      return id == "a" and { url = "/a/", title = "A", date = 86400, section_term = { title = "News" } } or nil
    end
    expect(cut.block(edition, { "b", "a" })):to_equal { 0, { "/a/", "A", "1970-01-02", "News" } }
  end)
end)
