local html, markdown = lede.html, lede.markdown

describe("html.sanitise", function()
  it("gives a safe value, by the policy for third parties unless told otherwise", function()
    local out, reduced = html.sanitise('<p class="a" onclick="x">b<script>c</script></p>')
    expect(tostring(out)):to_be("<p>b</p>")
    expect(type(out)):to_be("userdata")
    expect(reduced):to_be(false)
    expect(tostring(html.sanitise('<p class="a" onclick="x">b</p>', { policy = "owner" }))):to_be('<p class="a">b</p>')
  end)
  it("resolves against a base, and keeps frames of listed hosts", function()
    expect(tostring(html.sanitise('<img src="a.png">', { base = "https://e.example/x/y" }))):to_be('<img src="https://e.example/x/a.png" alt="" />')
    local frame = '<iframe src="https://p.example/1"></iframe>'
    expect(tostring(html.sanitise(frame, { policy = "owner", iframe_hosts = { "q.example", "p.example" } }))):to_match("^<iframe src=")
    expect(tostring(html.sanitise(frame, { policy = "owner" }))):to_be("")
  end)
  it("takes pictures as data only when asked to", function()
    local image = '<img src="data:image/png;base64,AA==" alt="" />'
    expect(tostring(html.sanitise(image))):to_be("")
    expect(tostring(html.sanitise(image, { data_images = true }))):to_be(image)
  end)
  it("says when only the text is left", function()
    local out, reduced = html.sanitise(("<p>a</p>"):rep(200000))
    expect(reduced):to_be(true)
    expect(tostring(out):sub(1, 5)):to_be("a\na\na")
  end)
  for name, options in pairs { policy = { policy = "x" }, ["an option"] = { polcy = "feed" }, ["a base"] = { base = 1 }, hosts = { iframe_hosts = { 1 } } } do
    it("raises for a wrong " .. name, function()
      expect(pcall(html.sanitise, "x", options)):to_be(false)
    end)
  end
end)

describe("html.to_text", function()
  it("reads what a reader would", function()
    expect(html.to_text("<h2>A &amp; B</h2><p>c<br>d<script>e</script></p>")):to_be("A & B\nc\nd")
    expect(html.to_text(markdown.render("*a* & `b`\n\n- c\n- d\n"))):to_be("a & b\nc\nd")
  end)
end)

--- How " and ' are written in text and values is a renderer's choice.
local function plain_quotes(s) return (tostring(s):gsub("&quot;", '"'):gsub("&#39;", "'"):gsub("&#x27;", "'")) end

local sources = {
  "# Title\n\n## Location\n\n## 2024 \"quotes\" & more\n\n## Été à l'eau\n",
  "a *b* **c** ***d*** `e < f` \"g\" 'h' &copy; &lt;i&gt;\\\nj  \nk\n",
  "[a](/b?c=d&e=f#g \"h'i\") [j](mailto:k@l.m) [n](tel:+33) [o](../p/%20q) <https://r.example/'s>\n",
  "![a *b*](c.png \"d\") ![e](data:image/png;base64,AA==) [![f](/g.jpg)](h.html)\n",
  "1. a\n2. b\n   - c\n\n     d\n   - e\n\n7) f\n",
  "> a\n> > b\n> - c\n>\n> ```lua\n> d < e\n> ```\n",
  "```c++ x\n\nint main() { return 0 && 1; }\n```\n\n    indented\n\n---\n",
  "- a\n\n- b\n\n  c\n",
  "الخبر **الأول** 新闻\n",
}

describe("the owner's policy", function()
  for i, source in ipairs(sources) do
    it("lets pass what our Markdown prints, " .. i, function()
      local rendered = markdown.render(source)
      local out, reduced = html.sanitise(rendered, { policy = "owner", data_images = true })
      expect(reduced):to_be(false)
      expect(plain_quotes(out)):to_be(plain_quotes(rendered))
    end)
  end
  it("cleans raw HTML in pieces when the whole body is given", function()
    local rendered = markdown.render('<div class="box" onclick="x">\n\n**a** <u>b\n\n</div>\n\n<script>c</script>\n\nd\n', { unsafe = true })
    local out = tostring(html.sanitise(rendered, { policy = "owner" }))
    expect(out):to_match('^<div class="box">\n<p><strong>a</strong> <u>b</u></p>')
    expect(out:find("script", 1, true)):to_be_nil()
    expect(out:find("onclick", 1, true)):to_be_nil()
  end)
end)

describe("elements of a page", function()
  local page = "<!doctype html>\n<title>A &lt; B</title>\n<h1 id=top>One <b>two</h1>\n<p><a href=/x title=t>y</a><img src=z>"
  it("are those that were asked for, and those with a flaw", function()
    local list, doctype = html.elements(page, { tags = { "img" }, attributes = { "href", "id" }, texts = { "title" } })
    expect(doctype):to_be(true)
    expect(list):to_equal {
      { tag = "title", line = 2, attributes = {}, text = "A < B" }, { tag = "h1", line = 3, attributes = { id = "top" } },
      { tag = "b", line = 3, attributes = {}, flaw = "unclosed" }, { tag = "b", line = 3, attributes = {}, flaw = "misnested" },
      { tag = "a", line = 4, attributes = { href = "/x" } }, { tag = "img", line = 4, attributes = {} },
    }
  end)
  it("are asked for in words that exist", function()
    expect(function() html.elements(page, { tag = {} }) end):to_raise("no option 'tag'")
    expect(function() html.elements(page, { tags = "a" }) end):to_raise("no list of names")
    expect(html.elements("", {})):to_equal {}
  end)
end)
