local absolute = require("plugins.rss.absolute")

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
      expect(absolute.url(case[1], page, root)):to_be(case[2])
    end)
  end
end)

describe("the HTML of a body", function()
  it("has each address made whole and nothing else touched", function()
    local html = '<p>Say &quot;href=&quot; <a href="/a/">a</a> <img src="b.png" alt="src=" /></p><blockquote cite="#c"></blockquote>'
    expect(absolute.html(html, page, root)):to_be(
      '<p>Say &quot;href=&quot; <a href="https://news.example/a/">a</a> <img src="https://news.example/world/2024/04/phone/b.png" alt="src=" /></p>'
        .. '<blockquote cite="https://news.example/world/2024/04/phone/#c"></blockquote>'
    )
  end)

  it("keeps percent signs as they are", function()
    expect(absolute.html('<img src="p.png" srcset="/pictures/a%20b-320.png 320w, p.png 640w, ../q.png">', page, root)):to_be(
      '<img src="https://news.example/world/2024/04/phone/p.png" srcset="https://news.example/pictures/a%20b-320.png 320w, https://news.example/world/2024/04/phone/p.png 640w, https://news.example/world/2024/04/q.png">')
    expect(absolute.html('<a href="/a%20b/%1">x</a>', page, root)):to_be('<a href="https://news.example/a%20b/%1">x</a>')
  end)
end)
