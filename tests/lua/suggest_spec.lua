local suggest = require("lede.suggest")

describe("the word that was probably meant", function()
  local names = { "publish", "markdown", "article", "config", "run", "doctor" }
  local cases = {
    { "publsih", "publish" }, { "publish", "publish" }, { "Publish", "publish" }, { "markdow", "markdown" }, { "artcle", "article" },
    { "rn", "run" }, { "ron", "run" }, { "docktor", "doctor" }, { "xyzzy", nil }, { "", nil }, { "configuration", nil },
  }
  for _, case in ipairs(cases) do
    it(("%q is %s"):format(case[1], tostring(case[2])), function() expect(suggest.nearest(case[1], names)):to_be(case[2]) end)
  end

  it("is the first by the alphabet of equally near ones", function()
    expect(suggest.nearest("cat", { "hat", "bat", "rat" })):to_be("bat")
    expect(suggest.nearest("cat", { "bat", "rat", "hat" })):to_be("bat")
  end)
  it("is nothing among no names", function() expect(suggest.nearest("a", {})):to_be_nil() end)
  it("is asked for politely", function()
    expect(suggest.hint("titel", { "title" })):to_be(" Did you mean 'title'?")
    expect(suggest.hint("zzzzz", { "title" })):to_be("")
    expect(suggest.hint(1, { "title" })):to_be("")
  end)
end)
