local look = require("plugins.layout-broadsheet.look")

describe("the direction of a language", function()
  it("is right to left for Arabic, Persian, Hebrew and Urdu, whatever follows the tag", function()
    for _, lang in ipairs { "ar", "ar-EG", "fa", "he", "ur-PK" } do
      expect(look.direction(lang)):to_be("rtl")
    end
  end)
  it("is left to right for the others", function()
    for _, lang in ipairs { "en", "fr-CA", "arn", "zh-Hant" } do
      expect(look.direction(lang)):to_be("ltr")
    end
  end)
end)

describe("the versions of an article", function()
  it("are one for each other language, in the order given", function()
    local english = { lang = "en", translations = {} }
    for i, lang in ipairs { "ar", "en", "fr", "fr" } do
      english.translations[i] = { lang = lang, number = i }
    end
    local found = look.versions(english)
    expect(#found):to_be(2)
    expect(found[1].number):to_be(1)
    expect(found[2].number):to_be(3)
  end)
  it("are none for one that stands alone", function()
    expect(#look.versions { lang = "en", translations = {} }):to_be(0)
  end)
end)

describe("an origin's policy", function()
  local url = "https://www.example.fr/a"
  local cases = {
    { nil, nil, nil },
    { { url = url }, url, "noindex-news" },
    { { url = url, index = "noindex-news" }, url, "noindex-news" },
    { { url = url, index = "noindex" }, url, "noindex" },
    { { url = url, index = "canonical" }, url, nil },
    { { url = url, index = "self" }, nil, nil },
  }
  for _, case in ipairs(cases) do
    it(("%s says where the original is and who stays out"):format(case[1] and case[1].index or case[1] and "by default" or "none"), function()
      local canonical, robots = look.policy(case[1])
      expect(canonical):to_be(case[2])
      expect(robots):to_be(case[3])
    end)
  end
end)

describe("the notice", function()
  it("has the link where the pattern wants it", function()
    local before, after = look.around("Zuerst auf %s erschienen")
    expect(before):to_be("Zuerst auf ")
    expect(after):to_be(" erschienen")
  end)
  it("has it last when the pattern does not say", function()
    local before, after = look.around("With thanks to")
    expect(before .. "X" .. after):to_be("With thanks to X")
  end)
end)

describe("a picture", function()
  local article = { url = "/world/a/" }
  it("named relative to a bundle is found beside its article", function()
    expect(look.picture(article, "b.jpg")):to_be("/world/a/b.jpg")
  end)
  it("with an address of its own keeps it", function()
    expect(look.picture(article, "/b.jpg")):to_be("/b.jpg")
    expect(look.picture(article, "https://cdn.example/b.jpg")):to_be("https://cdn.example/b.jpg")
  end)
end)

describe("a correction", function()
  it("is a time and words", function()
    local t, words = look.correction("1970-01-02T00:00:00Z\tIt was 46.")
    expect(t):to_be(86400)
    expect(words):to_be("It was 46.")
  end)
  it("without a time is words", function()
    local t, words = look.correction("It was 46.")
    expect(t):to_be_nil()
    expect(words):to_be("It was 46.")
  end)
end)

describe("the stories of a list", function()
  local all = {}
  for i = 1, 40 do
    all[i] = { id = tostring(i), type = i % 2 == 0 and "page" or nil, weight = 0 }
  end
  local edition = {}
  function edition:articles(query) -- luacheck: no self
    return table.move(all, query.offset + 1, math.min(query.offset + query.limit, #all), 1, {})
  end

  it("are no pages, and none that was seen", function()
    local seen = { ["1"] = true }
    local found = look.stories(edition, {}, 12, seen)
    expect(#found):to_be(12)
    expect(found[1].id):to_be("3")
    expect(found[12].id):to_be("25")
    expect(seen["25"]):to_be(true)
    expect(seen["27"]):to_be_nil()
  end)

  it("end where the edition does", function()
    expect(#look.stories(edition, {}, 100, {})):to_be(20)
  end)
end)

describe("the front page by weight", function()
  it("puts 1 before 2 before the others, which stay in order", function()
    local order = {}
    for i, article in ipairs(look.by_weight { { id = "a", weight = 0 }, { id = "b", weight = 2 }, { id = "c", weight = 0 }, { id = "d", weight = 1 } }) do
      order[i] = article.id
    end
    expect(table.concat(order)):to_be("dbac")
  end)
end)
