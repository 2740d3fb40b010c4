local json = lede.json

describe("what is read", function()
  it("is Lua's own", function()
    expect(json.decode('{"a":[1,2.5,true,"x"],"b":{}}')):to_equal { a = { 1, 2.5, true, "x" }, b = {} }
    expect(math.type(json.decode("7"))):to_be("integer")
    expect(math.type(json.decode("7.0"))):to_be("float")
    expect(json.decode("9007199254740993")):to_be(9007199254740993)
    expect(json.decode('"\\u00e9\\ud83d\\ude00"')):to_be("é😀")
  end)
  it("keeps null, and an empty list apart from an empty map", function()
    local value = json.decode('{"list":[],"map":{},"none":null}')
    expect(value.none):to_be(json.null)
    expect(tostring(value.none)):to_be("null")
    expect(json.encode(value)):to_be('{"list":[],"map":{},"none":null}')
  end)
  for _, bad in ipairs { "", "{", "[1,]", "{'a':1}", '{"a":1,"a":2}', "01", "nul", "[1] 2", '"\\ud800"', '"a\nb"', "NaN", "\xff", '"\xff"', ("["):rep(200) .. ("]"):rep(200) } do
    it(("is refused: %q"):format(#bad > 20 and "deeply nested" or bad), function()
      local value, err = json.decode(bad)
      expect(value):to_be_nil()
      expect(err.code):to_hold()
      expect(tostring(err)):to_hold()
    end)
  end
  it("says in which line something is wrong", function()
    local _, err = json.decode('{\n"a": 1,\n"b" 2}')
    expect(err.line):to_be(3)
  end)
end)

describe("what is written", function()
  it("has its keys in order and no blanks", function() expect(json.encode { b = 1, a = { 1, 2 }, c = "x" }):to_be('{"a":[1,2],"b":1,"c":"x"}') end)
  it("can be put into a page", function() expect(json.encode { "</script>&" }):not_to_contain("</") end)
  it("is a list where it was marked", function()
    expect(json.encode(json.array())):to_be("[]")
    expect(json.encode(json.object())):to_be("{}")
    expect(json.encode(json.array { 1 })):to_be("[1]")
  end)
  it("reads back as the same numbers", function()
    for _, n in ipairs { 0.1, 1 / 3, 1e300, -2.5e-300, math.maxinteger, math.mininteger, 1e15, 123456789.125 } do
      expect(json.decode(json.encode(n))):to_be(n)
    end
  end)
  it("is data", function()
    expect(function() json.encode(print) end):to_raise("a function is no data")
    expect(function() json.encode { a = { 1, x = 2 } } end):to_raise("not both")
    expect(function() json.encode(0 / 0) end):to_raise("not a number")
    expect(function() json.encode("\xff") end):to_raise("UTF-8")
    local t = {}
    t.t = t
    expect(function() json.encode(t) end):to_raise("contains itself")
  end)
end)
