--- plugins.sitemap: /sitemap.xml of what search engines should know; of many articles an index of
--- one file a month.

local sitemap = require("plugins.sitemap.sitemap")

return {
  name = "sitemap",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    split = 1000, -- articles; with more of them each month has a file of its own
    sections = true, -- list the sections' pages too
  },

  apply = function(site, options)
    if site.base_url == "" then
      lede.log.warn("sitemap: left out, for it needs absolute URLs: set base_url in lede.lua")
      return
    end
    local root = site.base_url:gsub("/+$", "")
    site:route {
      name = "sitemap",
      path = "/sitemap.xml",
      type = "sitemap",
      render = function(page)
        return sitemap.front(page.edition, root, options)
      end,
    }
    site:route {
      name = "sitemap-files",
      type = "sitemap",
      pages = function(edition)
        return sitemap.files(edition, options)
      end,
      render = function(page)
        return sitemap.file(page.edition, root, page.data, options)
      end,
    }
  end,
}
