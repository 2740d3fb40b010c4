local parse = require("plugins.shortcodes.arguments").parse

describe("shortcode arguments", function()
  it("take names with quoted values", function()
    expect(parse([[src="2014/08/a.jpg" alt='It is "it"']])):to_equal { src = "2014/08/a.jpg", alt = 'It is "it"' }
  end)
  it("take values by position, with commas or without", function()
    expect(parse([["a.png", "An alt text" bare]])):to_equal { "a.png", "An alt text", "bare" }
  end)
  it("know escaped quotes", function() expect(parse([["a \"b\" c"]])):to_equal { 'a "b" c' } end)
  it("end when a quote is never closed", function() expect(parse([[alt="never]])):to_equal { alt = "never" } end)
  it("are empty for nothing", function() expect(parse("  ")):to_equal {} end)
end)
