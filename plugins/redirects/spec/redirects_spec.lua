local maps = require("plugins.redirects.maps")
local stub = require("plugins.redirects.stub")

describe("the page at an old address", function()
  it("leads to the new one, escaped", function()
    local html = stub.render({ lang = "en", base_url = "https://x.example" }, '/a"b/')
    expect(html):to_contain('content="0; url=https://x.example/a&quot;b/"')
    expect(html):to_contain('<link rel="canonical" href="https://x.example/a&quot;b/">')
  end)
end)

describe("a map", function()
  local redirects = { { from = "/old/", to = "/new/" }, { from = "/a b;{", to = "/x/" }, { from = "/x/\nreturn 200", to = "/y/" } }
  local withdrawn = { { url = "/gone/" }, { url = "/ended/", silent = true }, { url = "/taken/" }, { url = "/a b;{" } }
  local edition = { data = { ["lede.withdrawn"] = withdrawn } }
  function edition.redirects() return redirects end
  function edition.article(_, url) return url == "/taken/" and {} or nil end
  local expected = {
    nginx = "\n/old/ /new/;\n$", ["nginx-gone"] = "\n/gone/ 1;\n$", caddy = "\nredir /old/ /new/ permanent\nrespond /gone/ 410\n$", netlify = "^/old/ /new/ 301\n$",
  }

  it("has a line for each, and none that would be read otherwise", function()
    for _, map in ipairs(maps.list) do
      local text = map.write(edition)
      expect(text):to_match(expected[map.name])
      for _, not_there in ipairs { "return 200", "{%", "/ended/", "/taken/" } do expect(text):not_to_contain(not_there) end
    end
  end)

  it("of an edition from which nothing was withdrawn has no line of it", function()
    expect(#maps.gone { data = {} }):to_be(0)
  end)
end)
