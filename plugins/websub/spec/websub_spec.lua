local ping = require("plugins.websub.ping")
local topics = require("plugins.websub.topics")

local HUB = "https://hub.example/?a=1&b=2"

describe("a topic", function()
  it("is a file that names the hub, as XML or JSON writes it", function()
    expect(topics.names('<link rel="hub" href="https://hub.example/?a=1&amp;b=2"/>', HUB)):to_be(true)
    expect(topics.names('{"hubs":[{"type":"WebSub","url":"https://hub.example/?a=1&b=2"}]}', HUB)):to_be(true)
    expect(topics.names('<link rel="hub" href="https://other.example/"/>', HUB)):to_be(false)
  end)
  it("is told when it changed, the newest only", function()
    local release = {
      stamp = 255, base_url = "https://x.example",
      changes = { { path = "feed.xml", url = "/feed.xml", what = "changed" }, { path = "a/index.html", url = "/a/", what = "new" }, { path = "old.xml", url = "/old.xml", what = "gone" } },
      read = function() return '<link rel="hub" href="https://hub.example/?a=1&amp;b=2"/>' end,
    }
    local told = topics.of(release, { hub = HUB })
    expect(#told):to_be(1)
    expect(told[1].data.topic):to_be("https://x.example/feed.xml")
    expect(told[1].subject):to_be("/feed.xml")
    expect(told[1].key):to_be("/feed.xml@00000000000000ff")
  end)
  it("stands encoded in the form", function()
    expect(ping.body("https://x.example/é&b")):to_be("hub.mode=publish&hub.topic=https%3A%2F%2Fx.example%2F%C3%A9%26b&hub.url=https%3A%2F%2Fx.example%2F%C3%A9%26b")
  end)
end)
