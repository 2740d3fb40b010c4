local xml = lede.xml

describe("a document", function()
  local root = assert(xml.parse([[<?xml version="1.0"?>
<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom" xml:lang="fr">
  <channel><title>A &amp; B</title>
    <a:link rel="self" a:href="x"/><link>one</link><link>two<b>!</b></link></channel>
</rss>]]))

  it("is a tree of tables", function()
    expect(root.name):to_be("rss")
    expect(root.space):to_be("")
    expect(root.line):to_be(2)
    expect(root.attributes):to_equal { version = "2.0", ["xml:lang"] = "fr" }
  end)
  it("is asked for children by name", function()
    local channel = xml.child(root, "channel")
    expect(xml.text(xml.child(channel, "title"))):to_be("A & B")
    expect(xml.child(channel, "link").space):to_be("http://www.w3.org/2005/Atom")
    expect(xml.child(channel, "link").attributes["{http://www.w3.org/2005/Atom}href"]):to_be("x")
    expect(xml.text(xml.child(channel, "link", ""))):to_be("one")
    expect(#xml.children(channel, "link")):to_be(3)
    expect(#xml.children(channel, "link", "")):to_be(2)
    expect(xml.text(xml.children(channel, "link", "")[2])):to_be("two!")
    expect(xml.child(root, "nothing")):to_be_nil()
    expect(xml.text(nil)):to_be("")
  end)
end)

describe("what is no document", function()
  it("is refused with its line", function()
    local root, err = xml.parse("<a>\n<b></a>")
    expect(root):to_be_nil()
    expect(err.code):to_be("format")
    expect(err.line):to_be(2)
  end)
  it("is one that is too large", function()
    local _, err = xml.parse("<a>1234</a>", { limit = 10 })
    expect(err.code):to_be("limit")
    expect(function() xml.parse("<a/>", { limt = 1 }) end):to_raise("no option 'limt'")
    expect(function() xml.parse("<a/>", { limit = 0 }) end):to_raise("limit of 1 to")
  end)
end)

describe("what is escaped", function()
  it("comes back as it was, without what XML forbids", function()
    for _, text in ipairs { "a < b & c > \"d\" 'e'", "]]>", "a\nb\tc", "\u{1F600}\u{FFFD}", "é" } do
      expect(xml.text(xml.parse("<a>" .. xml.escape(text) .. "</a>"))):to_be(text)
      expect(xml.parse("<a b=\"" .. xml.escape((text:gsub("%s", " "))) .. "\"/>").attributes.b):to_be((text:gsub("%s", " ")))
    end
    expect(xml.text(xml.parse("<a>" .. xml.escape("a\0b\1c\u{FFFE}d") .. "</a>"))):to_be("abcd")
  end)
end)
