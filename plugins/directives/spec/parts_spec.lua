local directive = require("lede.directive")
local html = require("lede.html")
local parts = require("plugins.directives.parts")

local article = { lang = "en" }

local function made(fn, kind, args, inner) return fn({ kind = kind, args = args, inner = html.safe(inner or "") }, article) end

describe("a figure", function()
  it("has picture, caption and credit", function()
    expect(made(parts.figure, "leaf", { src = "/a.jpg", alt = "A", credit = "B", place = "wide", id = "x" }, "The <em>quay</em>")):to_be(
      '<figure class="figure wide" id="x"><img src="/a.jpg" alt="A" loading="lazy" decoding="async">' ..
      "<figcaption>The <em>quay</em> <small><bdi>B</bdi></small></figcaption></figure>\n")
  end)
  it("escapes what an author wrote", function()
    local text = made(parts.figure, "leaf", { src = '"><script>', alt = '"', credit = "<b>", class = '"x' })
    expect(text):not_to_contain("<script>")
    expect(text):not_to_contain("<b>")
    expect(text):to_contain('class="figure &quot;x"')
  end)
end)

describe("an embed", function()
  it("names the other site and loads nothing", function()
    local text = made(parts.embed, "leaf", { src = "https://video.example/1?a=1&b=2" }, "A film")
    expect(text):to_contain("<bdi>video.example</bdi>")
    expect(text):to_contain('href="https://video.example/1?a=1&amp;b=2"')
    expect(text):not_to_contain("<iframe")
    expect(text):not_to_contain("src=")
  end)
  it("speaks the article's language", function()
    expect(parts.embed({ kind = "leaf", args = { src = "https://a.example/" }, inner = "" }, { lang = "fr-CA" })):to_contain("Le voir sur place")
    expect(parts.embed({ kind = "leaf", args = { src = "https://a.example/" }, inner = "" }, { lang = "xx" })):to_contain("Go there")
  end)
end)

describe("a pulled quotation and a correction", function()
  it("are what they say", function()
    expect(made(parts.pullquote, "leaf", { by = "A & B" }, "Words")):to_be('<blockquote class="pullquote"><p>Words</p><footer>A &amp; B</footer></blockquote>\n')
    expect(made(parts.correction, "container", { date = "2026-03-05" }, "<p>Wrong.</p>")):to_contain("5 March 2026")
    expect(made(parts.correction, "container", { date = "soon" }, "<p>Wrong.</p>")):to_be('<div class="correction"><p>Wrong.</p></div>\n')
  end)
end)

describe("arguments of a directive", function()
  local definition = {
    kinds = { "leaf" },
    args = { src = { "url", required = true }, n = { "integer", min = 1, max = 9, default = 3 }, place = { "word", oneof = { "wide" } }, on = { "flag" } },
    render = function(d) return d.args.src .. d.args.n .. tostring(d.args.place) .. tostring(d.args.on) end,
  }
  local function answer(attrs, kind)
    return directive.answer(definition, { name = "x", kind = kind or "leaf", attrs = attrs, inner = "", label = "", line = 1 }, article)
  end

  it("come as declared", function()
    expect(answer { src = "/a", n = "7", place = "wide", on = "" }):to_be("/a7widetrue")
    expect(answer { src = "/a" }):to_be("/a3nilnil")
  end)
  it("are refused with a reason", function()
    local function why(...) return select(2, answer(...)) end
    expect(why {}):to_contain("'src' is missing")
    expect(why { src = "javascript:x" }):to_contain("not an address")
    expect(why { src = "/a", n = "12" }):to_contain("between 1 and 9")
    expect(why { src = "/a", n = "x" }):to_contain("whole number")
    expect(why { src = "/a", place = "wid" }):to_contain("none of wide")
    expect(why { src = "/a", plce = "wide" }):to_contain("'place'")
    expect(why({ src = "/a" }, "inline")):to_contain("written as leaf")
  end)
end)
