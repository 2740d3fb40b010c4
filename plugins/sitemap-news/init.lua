--- plugins.sitemap-news: /sitemap-news.xml, the site's own stories of the last two days, for news search engines.

local news = require("plugins.sitemap-news.news")

return {
  name = "sitemap-news",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    name = "", -- of the publication, as it is known to the search engine; the site's title when empty
    lang = "", -- of articles that say none; the site's when empty
  },

  apply = function(site, options)
    if site.base_url == "" then
      lede.log.warn("sitemap-news: left out, for it needs absolute URLs: set base_url in lede.lua")
      return
    end
    local publication = {
      root = site.base_url, zone = site.config.timezone, name = news.name(options.name ~= "" and options.name or site.title),
      lang = options.lang ~= "" and options.lang or site.lang,
    }
    site:route { name = "sitemap-news", path = "/sitemap-news.xml", type = "sitemap", render = function(page) return news.render(page.edition, publication) end }
  end,
}
