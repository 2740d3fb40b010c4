--- plugins.corrections: /corrections/, what the site got wrong and put right, newest first, with a feed of its own.

local list = require("plugins.corrections.list")

return {
  name = "corrections",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    path = "/corrections/", -- of the page; its feed lies below it
    limit = 200, -- corrections on the page
    feed = 50, -- and in the feed; 0 is none
  },

  apply = function(site, options)
    local path = options.path
    if not path:find("^/.*/$") then error(("corrections: path begins and ends with '/', unlike '%s'"):format(path), 0) end
    site:on("edition.prepare", function(context) return list.gather(context, math.max(options.limit, options.feed)) end)
    site:route { name = "corrections", path = path, type = "corrections", template = "corrections" }
    list.setup(site, options)
    if options.feed > 0 and site.base_url ~= "" then
      site:route { name = "corrections-feed", path = path .. "atom.xml", type = "feed", render = function(page) return list.feed(page.edition) end }
    end
  end,
}
