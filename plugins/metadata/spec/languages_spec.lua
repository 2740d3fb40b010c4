local languages = require("plugins.metadata.languages")

--- Articles of one piece that know each other.
local function family(list)
  for i, article in ipairs(list) do
    article.id, article.translations = tostring(i), {}
    for k, other in ipairs(list) do
      if k ~= i then table.insert(article.translations, other) end
    end
  end
  return list
end

local function shown(group)
  local out = {}
  for i, article in ipairs(group) do out[i] = article.lang .. article.id end
  return table.concat(out, " ")
end

describe("the languages of an article", function()
  it("are told by each of its versions alike", function()
    local all = family { { lang = "fr", date = 1 }, { lang = "en", date = 2 }, { lang = "de", date = 3 } }
    for _, article in ipairs(all) do expect(shown(languages.group(article))):to_be("de3 en2 fr1") end
  end)
  it("are told by the oldest in a language only", function()
    local all = family { { lang = "fr", date = 1 }, { lang = "en", date = 5 }, { lang = "en", date = 2 } }
    expect(shown(languages.group(all[1]))):to_be("en3 fr1")
    expect(shown(languages.group(all[2]))):to_be("")
    expect(shown(languages.group(all[3]))):to_be("en3 fr1")
  end)
  it("are not told by a copy, nor of one", function()
    local copy = { lang = "en", date = 1, origin_url = "https://o.example/a" }
    local all = family { { lang = "fr", date = 1 }, copy, { lang = "de", date = 3 } }
    expect(shown(languages.group(all[1]))):to_be("de3 fr1")
    expect(shown(languages.group(copy))):to_be("")
  end)
  it("are none where there is one", function()
    expect(#languages.group { lang = "fr", id = "1", date = 1, translations = {} }):to_be(0)
    expect(#languages.group(family { { lang = "fr", date = 1 }, { lang = "fr", date = 2 } }[1])):to_be(0)
  end)
end)

describe("a language as OpenGraph writes it", function()
  local cases = { { "fr-CA", "fr_CA" }, { "zh-Hant-TW", "zh_TW" }, { "en", "en_GB" }, { "fr" }, { "" }, { "x-private" } }
  for _, case in ipairs(cases) do
    it(("'%s' is %s"):format(case[1], case[2] or "not said"), function() expect(languages.locale(case[1], { en = "en_GB" })):to_be(case[2]) end)
  end
end)
