local submit = require("plugins.indexnow.submit")
local urls = require("plugins.indexnow.urls")

local ARTICLES = {
  ["/own/"] = { title = "Own" }, ["/copy/"] = { title = "Copy", origin_name = "Other", origin_url = "https://other.example/a", origin_index = "noindex" },
  ["/kept/"] = { title = "Kept", origin_name = "Other", origin_url = "https://other.example/b", origin_index = "self" },
}

local function release(changes)
  for _, change in ipairs(changes) do change.path = change.url end
  return {
    stamp = 16, base_url = "https://x.example", changes = changes, article = function(_, change) return ARTICLES[change.url] end,
    gone = function() return { ["/copy/"] = ARTICLES["/copy/"] } end,
  }
end

describe("addresses for search engines", function()
  it("are articles that the origin record gives them, and pages that went", function()
    local list = urls.list(release {
      { url = "/own/", what = "new" }, { url = "/copy/", what = "new" }, { url = "/kept/", what = "changed" }, { url = "/gone/", what = "gone" },
      { url = "/copy/", what = "gone" }, { url = "/", what = "changed" }, { url = "/feed.xml", what = "changed" },
    }, { pages = false })
    expect(table.concat(list, " ")):to_be("https://x.example/gone/ https://x.example/kept/ https://x.example/own/")
  end)
  it("go so many at a time", function()
    local changes = {}
    for i = 1, 5 do changes[i] = { url = ("/%d/"):format(i), what = "gone" } end
    local told = urls.of(release(changes), { pages = false, endpoint = "e" }, 2)
    expect(#told):to_be(3)
    expect(told[3].key):to_be("0000000000000010/5")
    expect(#told[1].data.urls):to_be(2)
  end)
  it("come with the host and where the key is", function()
    expect(submit.body("https://x.example:8080", "abcdefgh", { "https://x.example:8080/a/" })):to_contain('"host":"x.example"')
    expect(submit.body("https://x.example", "abcdefgh", {})):to_contain('"keyLocation":"https://x.example/abcdefgh.txt"')
  end)
end)
