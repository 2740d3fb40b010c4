local check = require("lede.check")
local item = require("plugins.ninjs.item")

local function story(fields)
  local it = {
    id = "tag:news.example,2026:01J", url = "https://news.example/a/", title = "A < B", summary = "Short.", html = "<p>Long.</p>", date = 1, updated = 2, lang = "en",
    section = "World", tags = { "One" }, people = { { name = "Ann", url = "https://news.example/authors/ann/" }, { name = "Bo" } }, corrections = { { at = 2, text = "Not two." } },
    status = "usable", words = 1, first = "2024-01-01T00:00:00Z", version = "2024-01-02T00:00:00Z", holder = "The News",
    image = { url = "https://news.example/a.png", type = "image/png", alt = "A", credit = "C", width = 2, height = 1 },
  }
  for key, value in pairs(fields or {}) do it[key] = value end
  return it
end

local function findings(version, it) return check.file("ninjs.json", item.by_version[version](it)) end

describe("an item", function()
  for _, version in ipairs { "3.1", "2.2" } do
    it("is right by the words of " .. version, function()
      expect(findings(version, story())):to_equal {}
      expect(findings(version, story { status = "canceled", title = "", tags = {}, people = {}, corrections = {} })):to_equal {}
      expect(findings(version, { id = "tag:a,2026:b", url = "/a/", tags = {}, people = {}, corrections = {}, status = "withheld", title = "" })):to_equal {}
    end)
  end
  it("says what the article is", function()
    local words = item.words(story { source = { name = "Le Progrès", url = "https://p.example/1", notice = "From there." }, origin = { terms = "Ask." } }, "3.1")
    expect(words.uri):to_be("tag:news.example,2026:01J")
    expect(words.by):to_be("Ann, Bo")
    expect(words.edNote):to_be("Correction: Not two.\nFrom there.")
    expect(words.infoSources[1].uri):to_be("https://p.example/1")
    expect(words.usageTerms):to_be("Ask.")
    expect(words.associations[1].renditions[1].href):to_be("https://news.example/a.png")
  end)
  it("has nothing to read when it is canceled or withheld", function()
    local words = item.words(story { status = "canceled" }, "3.1")
    expect(words.pubStatus):to_be("canceled")
    expect(words.representationType):to_be("partial")
    for _, name in ipairs { "headlines", "bodies", "descriptions", "title", "people", "associations" } do expect(words[name]):to_be_nil() end
  end)
end)

describe("the rules of ninjs", function()
  it("name what has no place and what is of another kind", function()
    local found = check.file("a.json", '{"uri":"no address","standard":{"name":"ninjs","version":"3.1"},"headline":"x","urgency":12,"versionCreated":"today","bodies":[{"role":"r"}]}')
    local said = {}
    for i, finding in ipairs(found) do said[i] = finding.message end
    expect(table.concat(said, "\n")):to_contain("headline: there is no such word. Did you mean 'headlines'")
    expect(table.concat(said, "\n")):to_contain("uri: address is not right")
    expect(table.concat(said, "\n")):to_contain("urgency: urgency is not right: 12")
    expect(table.concat(said, "\n")):to_contain("bodies[1].value is missing")
    expect(#said):to_be(5)
  end)
end)
