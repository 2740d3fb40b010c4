--- plugins.layout-broadsheet: the page of a newspaper. Front page, sections, articles, tags, authors, archive and 404, one
--- style sheet, no script. What templates share stands in look.lua, the words of the pages in i18n/.

local archive = require("plugins.layout-broadsheet.archive")
local look = require("plugins.layout-broadsheet.look")
local theme = require("plugins.layout-broadsheet.theme")

local function list(site, name, path, size)
  site:route { name = name, each = name, path = path, template = name, type = name, paginate = size }
end

--- A page of every term of a kind; none when there are no terms.
local function index(site, name, path, terms)
  site:route {
    name = name, template = "terms", type = name,
    pages = function(edition)
      return #edition[terms](edition) > 0 and { { path = path, data = { kind = terms } } } or {}
    end,
  }
end

--- The kinds of archive page are told apart by data; their template is chosen by the route.
local function dates(site, kind)
  site:route {
    name = "archive-" .. kind, template = "archive-" .. kind, type = "archive",
    pages = function(edition)
      return archive.pages(edition, kind, { zone = site.config.timezone, root = look.options.archive, size = look.options.archive_size })
    end,
  }
end

return {
  name = "layout-broadsheet",
  version = "0.2.0",
  lede = ">=0.1 <1",
  needs = { "metadata" },

  defaults = {
    title = "", -- of the masthead; the site's title when empty
    tagline = "", -- under it; the site's description when empty
    logo = "", -- address of a picture that stands for the title in the masthead
    icon = "/assets/icon.svg", -- of the browser's tabs: a folded page; "" is none
    nav = {}, -- slugs of sections, in order, or { title =, url = }; every section when empty
    nav_limit = 10,
    home = { rule = "newest", window = 40, seconds = 2, latest = 5, sections = 8, articles = 5 },
    page_size = 20,
    archive = "/archive/", -- its index; "" makes no archive by date
    archive_size = 200, -- articles on a page of a month
    excerpt = 160, -- characters, in lists
    related = { limit = 4, length = 42, ellipsis = "..." },
    image = "", -- for og:image of pages without a picture
    footer = "",
    colours = { paper = "", tint = "", ink = "", soft = "", rule = "", bar = "", accent = "" },
    dark = { paper = "", tint = "", ink = "", soft = "", rule = "", bar = "", accent = "" },
    fonts = { text = "", display = "", sans = "" },
  },

  apply = function(site, options)
    look.setup(site, options)
    site:asset("/assets/style.css", "assets/style.css")
    if options.icon == "/assets/icon.svg" then
      site:asset(options.icon, "assets/icon.svg")
    end
    local sheet = theme.sheet(options)
    if sheet then
      site:route { name = "theme", path = look.link.theme, type = "asset", render = function() return sheet end }
    end
    look.has_theme = sheet ~= nil

    site:route { name = "home", path = look.link.home, template = "home", type = "home" }
    site:route { name = "article", each = "article", template = "article", type = "article" }
    list(site, "section", "/:slug/", options.page_size)
    list(site, "tag", look.link.tags .. ":slug/", options.page_size)
    list(site, "author", look.link.authors .. ":slug/", options.page_size)
    index(site, "tags", look.link.tags, "tags")
    index(site, "authors", look.link.authors, "authors")
    if look.link.archive then
      dates(site, "index")
      dates(site, "year")
      dates(site, "month")
    end
    site:route { name = "404", path = "/404.html", template = "404", type = "404" }
  end,
}
