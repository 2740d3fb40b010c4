--- Specs of lede.text: what languages do with numbers, lists and words.

local text = lede.text

describe("a number", function()
  local cases = {
    { 1234567, nil, "1,234,567" },
    { 1234567, "fr", "1\u{202f}234\u{202f}567" },
    { -1234, "de", "-1.234" },
    { 1234, "es", "1234" },
    { 0.5, "pt", "0,5" },
    { 3.0, "en", "3" },
    { 1 / 3, "en", "0.333333333333333" },
    { math.mininteger, "en", "-9,223,372,036,854,775,808" },
  }
  for _, case in ipairs(cases) do
    it(("%s in %s is %s"):format(case[1], case[2], case[3]), function() expect(text.number(case[1], case[2])):to_be(case[3]) end)
  end
  it("has a form of the word that goes with it", function()
    expect(text.plural(1)):to_be("one")
    expect(text.plural(0, "fr")):to_be("one")
    expect(text.plural(3, "ar")):to_be("few")
    expect(text.plural(5, "pl")):to_be("many")
    expect(text.plural(1, "zh")):to_be("other")
  end)
  it("is one", function() expect(function() text.number("words") end):to_raise("number expected") end)
end)

describe("a list", function()
  it("is joined as the language does", function()
    expect(text.list { "a", "b", "c" }):to_be("a, b and c")
    expect(text.list({ "a", "b", "c" }, "en-US")):to_be("a, b, and c")
    expect(text.list({ "a", "b" }, "fr", "or")):to_be("a ou b")
    expect(text.list({}, "fr")):to_be("")
    expect(text.list { "only" }):to_be("only")
  end)
  it("has texts in it", function()
    expect(function() text.list { "a", 2 } end):to_raise("item 2 is no string but a number")
    expect(function() text.list({ "a" }, "en", "nor") end):to_raise("invalid option")
  end)
end)

describe("a language", function()
  it("has a name in each", function()
    expect(text.language("fr", "fr")):to_be("Français")
    expect(text.language("de")):to_be("German")
    expect(text.language("xqx", "en")):to_be("xqx")
  end)
end)

describe("an excerpt", function()
  it("ends at a word, with blanks or without", function()
    expect(text.excerpt("one two three", 8)):to_be("one two...")
    expect(text.excerpt("部长们昨天通了电话，会谈将继续", 11, "…")):to_be("部长们昨天通了电话…")
    expect(text.excerpt("สวัสดีชาวโลก", 8)):to_be("สวัสดี...")
  end)
end)
