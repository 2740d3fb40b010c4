local parse = require("plugins.shortcodes.arguments").parse

describe("shortcode arguments", function()
  it("take names with quoted values", function()
    expect(parse([[src="2014/08/a.jpg" alt='It is "it"']])):to_equal { src = "2014/08/a.jpg", alt = 'It is "it"' }
  end)
  it("take values by position, with commas or without", function()
    expect(parse([["a.png", "An alt text" bare]])):to_equal { "a.png", "An alt text", "bare" }
  end)
  it("mix both", function() expect(parse([["a" b=c "d" e-f = "g"]])):to_equal { "a", "d", b = "c", ["e-f"] = "g" } end)
  it("take Liquid's names", function()
    expect(parse('"f.html",\n  image: "/a.jpg",\n  alt:"b"')):to_equal { "f.html", image = "/a.jpg", alt = "b" }
  end)
  it("do not take an address for a name", function() expect(parse("https://a.b/c?d=e f")):to_equal { "https://a.b/c?d=e", "f" } end)
  it("know escaped quotes", function() expect(parse([["a \"b\" \\c"]])):to_equal { 'a "b" \\c' } end)
  it("keep raw strings as they stand", function() expect(parse("a=`b\\c \"d\"`")):to_equal { a = 'b\\c "d"' } end)
  it("end when a quote is never closed", function()
    expect(parse([[alt="never]])):to_equal { alt = "never" }
    expect(parse([["a\]])):to_equal { "a\\" }
  end)
  it("keep a value that is empty", function() expect(parse([[alt="" b]])):to_equal { "b", alt = "" } end)
  it("are empty for nothing", function()
    expect(parse("  ")):to_equal {}
    expect(parse("")):to_equal {}
    expect(parse(",,")):to_equal {}
  end)
  it("survive what no rule covers", function() expect(parse("= : =a \"b\"c")):to_equal { "=", ":", "=a", "b", "c" } end)
end)
