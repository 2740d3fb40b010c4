local feed_html = require("lede.feed_html")
local html = require("lede.html")

local root = "https://news.example"
local page = "https://news.example/world/2024/04/phone/"

describe("a reference in a body", function()
  local cases = {
    { "https://other.example/x", "https://other.example/x" },
    { "mailto:desk@news.example", "mailto:desk@news.example" },
    { "//cdn.example/a.png", "https://cdn.example/a.png" },
    { "/tags/strait/", "https://news.example/tags/strait/" },
    { "#two", "https://news.example/world/2024/04/phone/#two" },
    { "?page=2", "https://news.example/world/2024/04/phone/?page=2" },
    { "map.png", "https://news.example/world/2024/04/phone/map.png" },
    { "../other/?a=b#c", "https://news.example/world/2024/04/other/?a=b#c" },
    { "../../../../../etc", "https://news.example/etc" },
    { "./", "https://news.example/world/2024/04/phone/" },
    { "..", "https://news.example/world/2024/04/" },
    { "", "https://news.example/world/2024/04/phone/" },
  }
  for _, case in ipairs(cases) do
    it(("'%s' becomes %s"):format(case[1], case[2]), function()
      expect(html.absolute(case[1], page, root)):to_be(case[2])
    end)
  end
end)

describe("a body for feeds", function()
  local function of(body, options)
    return feed_html.of(body, page, root, { trusted = not (options and options.trusted == false), pictures = not (options and options.pictures == false) })
  end

  it("has each address made whole and nothing else touched", function()
    local body = '<p>Say &quot;href=&quot; <a href="/a/">a</a> <img src="b.png" alt="src=" /></p><blockquote cite="#c"></blockquote>'
    expect(of(body)):to_be(
      '<p>Say &quot;href=&quot; <a href="https://news.example/a/">a</a> <img src="https://news.example/world/2024/04/phone/b.png" alt="src=" /></p>'
        .. '<blockquote cite="https://news.example/world/2024/04/phone/#c"></blockquote>'
    )
    expect(of('<a href="/a%20b/%1">x</a>')):to_be('<a href="https://news.example/a%20b/%1">x</a>')
  end)

  it("keeps of a picture what every reader knows", function()
    local body = '<img src="p.png" srcset="/a-320.png 320w" sizes="100vw" width="10" height="20" alt="" loading="lazy" decoding="async" />'
    expect(of(body)):to_be('<img src="https://news.example/world/2024/04/phone/p.png" width="10" height="20" alt="" />')
  end)

  it("loses classes, ids and what is for the page only", function()
    expect(of('<h2 id="a" class="b">A</h2><pre tabindex="0"><code class="language-c">x &lt; y</code></pre>')):to_be("<h2>A</h2><pre><code>x &lt; y</code></pre>")
  end)

  it("loses frames, scripts and styles with all they hold, wherever they come from", function()
    for _, bad in ipairs { "<script>alert(1)</script>", "<style>p{}</style>", '<iframe src="https://x.example/"></iframe>', "<object><embed></object>", "<svg><a/></svg>" } do
      expect(of("<p>a</p>" .. bad .. "<p>b</p>")):to_be("<p>a</p><p>b</p>")
    end
  end)

  it("of raw HTML is what strangers' HTML may be", function()
    expect(of("<p onclick=alert(1)>a<a href=javascript:x>b</a> <a href='/c/'>c</a>", { trusted = false })):to_be('<p>ab <a href="https://news.example/c/">c</a></p>')
    expect(of('<p onclick=x title="y">a</p>')):to_be('<p title="y">a</p>')
    expect(of('<p title="a > b" onclick=\'x\'>a</p>', { trusted = false })):not_to_contain("onclick")
  end)

  it("leaves pictures where they may not be taken along", function()
    expect(of('<p>a</p>\n<p><img src="p.png" alt="x" /></p>\n<p>b</p>', { pictures = false })):to_be("<p>a</p>\n<p>b</p>")
  end)
end)
