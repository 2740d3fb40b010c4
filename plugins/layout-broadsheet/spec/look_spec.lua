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
