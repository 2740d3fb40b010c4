--- Specs of lede.words: which word t() gives, and which form of it.

local words = require("lede.words")

local files = {
  en = [[return { related = "Related", only = "English only", read = { one = "%d minute", other = "%d minutes" }, page = "page %d" }]],
  fr = [[return { related = "Liés", read = { one = "%d minute", many = "%d de minutes", other = "%d minutes" } }]],
  pl = [[return { read = { one = "%d minuta", few = "%d minuty", many = "%d minut", other = "%d minuty" } }]],
  ar = [[return { read = { zero = "لا شيء", one = "دقيقة واحدة", two = "دقيقتان", few = "%d دقائق", many = "%d دقيقة", other = "%d دقيقة." } }]],
  ["fr-CA"] = [[return { related = "Liés au Canada" }]],
}

local function translator(sources)
  return words.translator(function(lang)
    local text = (sources or files)[lang]
    return text and { { text = text, shown = "i18n/" .. lang .. ".lua" } } or {}
  end, "en")
end

describe("a word", function()
  local t = translator()
  local cases = {
    { "related", "fr", "Liés" }, { "related", "fr-CA", "Liés au Canada" }, { "related", "fr-BE", "Liés" }, { "related", nil, "Related" },
    { "only", "fr-CA", "English only" }, { "only", "ja", "English only" }, { "nobody", "fr", "nobody" },
  }
  for _, case in ipairs(cases) do
    it(("'%s' in %s is '%s'"):format(case[1], case[2] or "the site's language", case[3]), function() expect(t(case[1], case[2])):to_be(case[3]) end)
  end
  it("of several sources is the first's", function()
    local both = words.translator(function()
      return { { text = [[return { a = "site" }]], shown = "1" }, { text = [[return { a = "plugin", b = { other = "%d" } }]], shown = "2" } }
    end, "en")
    expect(both("a")):to_be("site")
    expect(both("b", "en", 2)):to_be("2")
  end)
end)

describe("a word with a number", function()
  local t = translator()
  local cases = {
    { "en", 0, "0 minutes" }, { "en", 1, "1 minute" }, { "en", 2, "2 minutes" }, { "en", 12345, "12,345 minutes" },
    { "fr", 0, "0 minute" }, { "fr", 2, "2 minutes" }, { "fr-CA", 1, "1 minute" },
    { "pl", 1, "1 minuta" }, { "pl", 3, "3 minuty" }, { "pl", 5, "5 minut" }, { "pl", 22, "22 minuty" },
    { "ar", 0, "لا شيء" }, { "ar", 1, "دقيقة واحدة" }, { "ar", 2, "دقيقتان" }, { "ar", 3, "3 دقائق" }, { "ar", 11, "11 دقيقة" }, { "ar", 100, "100 دقيقة." },
  }
  for _, case in ipairs(cases) do
    it(("in %s, of %d"):format(case[1], case[2]), function() expect(t("read", case[1], case[2])):to_be(case[3]) end)
  end
  it("that another language lent counts as that language does", function()
    expect(t("read", "ja", 1)):to_be("1 minute")
    expect(t("read", "de", 12345)):to_be("12,345 minutes")
  end)
  it("has its number put in when it has no forms", function()
    expect(t("page", "en", 1234)):to_be("page 1,234")
    expect(t("page", "en")):to_be("page %d")
  end)
  it("is a mistake without the number", function()
    local ok, message = pcall(t, "read", "en")
    expect(ok):to_be(false)
    expect(tostring(message)):to_contain("'read' has plural forms")
  end)
end)

describe("plural forms that are none", function()
  local cases = {
    { [[return { a = { one = "x" } }]], "i18n/en.lua: 'a' lacks the form 'other'" },
    { [[return { a = { other = "x", several = "y" } }]], "i18n/en.lua: 'a.several' is no plural form" },
    { [[return { a = { other = 5 } }]], "'a.other' is no plural form" },
    { [[return { a = { "x" } }]], "'a.1' is no plural form" },
    { [[return {]], "i18n/en.lua:1:" },
  }
  for _, case in ipairs(cases) do
    it("are refused: " .. case[1], function()
      local ok, message = pcall(translator { en = case[1] }, "a", "en", 1)
      expect(ok):to_be(false)
      expect(tostring(message)):to_contain(case[2])
    end)
  end
end)
