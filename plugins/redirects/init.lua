--- plugins.redirects: old addresses lead to where the article is now: a small page at each, which works on any server. With
--- `maps`, also lists for servers that answer with a real redirect, and with 410 where a piece was withdrawn.

local maps = require("plugins.redirects.maps")
local stub = require("plugins.redirects.stub")

return {
  name = "redirects",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    stubs = true,
    maps = { nginx = false, caddy = false, netlify = false }, -- /redirects.nginx.conf and /gone.nginx.conf, /redirects.caddy, /_redirects
    withdrawn = false, -- a page at the address of what was withdrawn, that says so
  },

  apply = function(site, options)
    if options.stubs then
      site:route {
        name = "redirects",
        type = "redirect",
        pages = function(edition)
          local pages = {}
          for _, old in ipairs(edition:redirects()) do pages[#pages + 1] = { path = old.from, data = { to = old.to } } end
          return pages
        end,
        render = function(page) return stub.render(site, page.data.to) end,
      }
    end
    if options.withdrawn then
      site:route {
        name = "withdrawn", template = "withdrawn", type = "withdrawn",
        pages = function(edition)
          local pages = {}
          for _, address in ipairs(maps.gone(edition)) do pages[#pages + 1] = { path = address } end
          return pages
        end,
      }
    end
    for _, map in ipairs(maps.list) do
      if options.maps[map.option] then
        site:route { name = "redirects-" .. map.name, path = map.path, type = "redirects", render = function(page) return map.write(page.edition) end }
      end
    end
  end,
}
