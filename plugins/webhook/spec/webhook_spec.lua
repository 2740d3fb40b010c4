local items = require("plugins.webhook.items")
local push = require("plugins.webhook.push")

lede.feed.setup({ base_url = "https://x.example", feed = { date = "2026" }, feeds = {}, markdown = {} }, { has = function() return false end })

local function release(changes, articles, more)
  local of = { changes = changes, now = 1000 * 86400, is_first = false }
  for key, value in pairs(more or {}) do of[key] = value end
  function of.gone() return of.gone_ones or {} end
  function of.articles()
    local at = 0
    return function()
      at = at + 1
      return articles[at]
    end
  end
  return of
end

local options = { days = 7, endpoints = { { name = "all", url = "x" }, { name = "sport", url = "x", section = "sport", tag = "cup" } } }

describe("what a partner is told", function()
  it("is each article once a revision, to those who want it", function()
    local told = items.of(release({}, {
      { id = "A", revision = 3, url = "/a/", date = 999 * 86400, section_slug = "sport", tags = { "cup" } },
      { id = "B", revision = 1, url = "/b/", date = 999 * 86400 },
    }), options)
    local keys = {}
    for i, one in ipairs(told) do keys[i] = one.target .. " " .. one.key end
    expect(table.concat(keys, ", ")):to_be("all A/3/published, sport A/3/published, all B/1/published")
    expect(told[1].subject):to_be("A")
  end)
  it("is not the archive, but what was changed lately", function()
    local old = { id = "A", revision = 1, url = "/a/", date = 0, changed_at = 999 * 86400 }
    expect(#items.of(release({}, { old }), options)):to_be(1)
    expect(#items.of(release({}, { old }, { is_first = true }), options)):to_be(0)
    expect(#items.of(release({}, { { id = "P", revision = 1, type = "page", url = "/p/", date = 999 * 86400 } }), options)):to_be(0)
  end)
  it("is what was taken back, too", function()
    local of = release({ { url = "/a/", what = "gone" }, { url = "/other/", what = "gone" } }, {}, { gone_ones = { ["/a/"] = { id = "A", revision = 4, url = "/a/" } } })
    local told = items.of(of, options)
    expect(told[1].key):to_be("A/4/withdrawn")
    expect(#told):to_be(1)
  end)
end)

describe("a push", function()
  it("is signed with its time", function()
    expect(push.signature("key", 5, "body")):to_be("t=5,v1=" .. lede.hash.hmac_sha256("key", "5.body"))
  end)
  it("has no text of the article", function()
    local item = push.item("https://x.example", "published", { id = "A", url = "/a/", title = "T", summary = "What it says", body = "Text", date = 0, authors = { "Ann" } })
    local text = lede.json.encode(item)
    expect(text):to_contain('"url":"https://x.example/a/"')
    expect(text):to_contain('"id":"tag:x.example,2026:A"') -- as the feeds have it
    expect(text):to_contain('"summary":"What it says"')
    expect(text):not_to_contain("Text")
  end)
end)
