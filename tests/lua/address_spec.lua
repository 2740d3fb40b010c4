--- Specs of lede.address: what an address of the web is.

local address = require("lede.address")

describe("an address of the web", function()
  local cases = {
    { "https://a.example/b?c=d&e#f" }, { "http://a.example" }, { "HTTPS://A.example/" }, { "https://a.example/é <b>\"", "https://a.example/%C3%A9%20%3Cb%3E%22" },
    { "https://a.example/100%", "https://a.example/100%25" },
    { "https://a.example/%2Fb%zz%a", "https://a.example/%2Fb%25zz%25a" }, { "javascript:alert(1)", false }, { "/a", false }, { "https:///a", false }, { "", false },
    { "data:text/html,x", false }, { "ftp://a.example/", false },
  }
  for _, case in ipairs(cases) do
    it(("%q"):format(case[1]), function()
      local wanted = case[2]
      if wanted == nil then wanted = case[1] end
      expect(address.web(case[1]) or false):to_be(wanted)
    end)
  end
  it("is none where there is nothing", function() expect(address.web(nil)):to_be_nil() end)
end)
