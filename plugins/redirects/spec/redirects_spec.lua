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
  local expected = { nginx = "\n/old/ /new/;\n$", caddy = "\nredir /old/ /new/ permanent\n$", netlify = "^/old/ /new/ 301\n$" }

  it("has a line for each, and none that would be read otherwise", function()
    for _, map in ipairs(maps.list) do
      local text = map.write(redirects)
      expect(text):to_match(expected[map.name])
      expect(text):not_to_contain("return 200")
      expect(text):not_to_contain("{%")
    end
  end)
end)
