--- plugins.layout-broadsheet: the page of a newspaper. Home, sections, articles, tags, authors and 404, one style sheet,
--- no script. What the templates share stands in look.lua, the words of the page in i18n/.

local look = require("plugins.layout-broadsheet.look")

local function list(site, name, each, path, size)
  site:route {
    name = name, each = each, path = path, template = name, type = name, paginate = size,
  }
end

return {
  name = "layout-broadsheet",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    title = "", -- of the masthead; the site's title when empty
    tagline = "", -- under it; the site's description when empty
    nav = {}, -- slugs of sections, in order; every section when empty
    nav_limit = 10,
    home = { seconds = 2, latest = 6, sections = 8, articles = 4 },
    page_size = 20,
    excerpt = 160, -- characters, in lists
    related = { limit = 4, length = 42, ellipsis = "..." },
    image = "", -- for og:image of pages without a picture
    footer = "",
  },

  apply = function(site, options)
    look.setup(site, options)
    site:asset("/assets/style.css", "assets/style.css")
    site:route { name = "home", path = "/", template = "home", type = "home" }
    site:route { name = "article", each = "article", template = "article", type = "article" }
    list(site, "section", "section", "/:slug/", options.page_size)
    list(site, "tag", "tag", "/tags/:slug/", options.page_size)
    list(site, "author", "author", "/authors/:slug/", options.page_size)
    site:route { name = "404", path = "/404.html", template = "404", type = "404" }
  end,
}
