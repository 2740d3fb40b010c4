--- plugins.metadata: the head of a page, for readers that are machines: description, canonical link, robots, other languages,
--- OpenGraph, cards, feeds, and what schema.org has. A layout writes one line: <% partial("metadata") -%>

local head = require("plugins.metadata.head")

return {
  name = "metadata",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    publisher = { name = "", url = "", logo = "" }, -- the site's title and address when empty
    image = "", -- of pages without a picture
    locales = {}, -- by language, for OpenGraph: { en = "en_GB" }; a language with a country is one by itself
    twitter = "", -- the site's account: "@example"
    principles = "", -- address of what the newsroom holds itself to
    free = true, -- articles can be read without paying
    robots = "", -- of every page that may be found: "max-image-preview:large"
  },

  apply = function(site, options) head.setup(site, options) end,
}
