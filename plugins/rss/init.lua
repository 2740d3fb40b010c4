--- plugins.rss: RSS 2.0 of the site at /index.xml and of each section at /<section>/index.xml.

local feed = require("plugins.rss.feed")

--- What is the same for every channel of the site.
local function channel(site, options, title, link, description)
  local root = site.base_url:gsub("/+$", "")
  local html = (site.config.markdown or {}).html
  return {
    title = title,
    link = root .. link,
    self = root .. link .. "index.xml",
    description = description or "",
    lang = site.lang,
    root = root,
    host = root:match("^%a[%w+.-]*://([^/:]+)") or root,
    tag_date = options.tag_date,
    zone = site.config.timezone or "UTC",
    full = options.full and html ~= "keep",
  }
end

return {
  name = "rss",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    limit = 20, -- newest articles in a feed
    full = true, -- whole bodies in content:encoded
    sections = true, -- a feed for each section too
    tag_date = "2026", -- in every guid: a year in which the domain was yours. Never change it.
  },

  apply = function(site, options)
    if site.base_url == "" then
      lede.log.warn("rss: left out, for feeds need absolute URLs: set base_url in lede.lua")
      return
    end
    site:route {
      name = "rss",
      path = "/index.xml",
      type = "feed",
      render = function(page)
        local articles = feed.stories(page.edition, nil, options.limit)
        local description = site.description or site.title
        return feed.render(channel(site, options, site.title, "/", description), articles)
      end,
    }
    if not options.sections then
      return
    end
    site:route {
      name = "rss-section",
      each = "section",
      path = "/:slug/index.xml",
      type = "feed",
      render = function(page)
        local section = page.section
        local title = site.title .. ": " .. section.title
        local articles = feed.stories(page.edition, section.slug, options.limit)
        local described = channel(site, options, title, section.url, section.summary or title)
        return feed.render(described, articles)
      end,
    }
  end,
}
