--- plugins.reading-time: how long a piece takes, on its page, in lists and on a page of the long ones.

local time = require("plugins.reading-time.time")

return {
  name = "reading-time",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    words_per_minute = 220,
    long = 5, -- minutes from which a piece is a long read
  },

  apply = function(site, options)
    -- A route is a page. This one is rendered by the plugin's own template, which reads page.long.
    site:route { name = "long-reads", path = "/long-reads/", template = "long-reads", type = "list" }

    -- Runs before each page is rendered: what it sets on the page, the templates find there.
    site:on("page.before", function(page)
      page.minutes = function(article)
        return time.minutes(article.words, options.words_per_minute)
      end
      page.long = options.long
    end)

    -- Runs wherever an excerpt is shown, in this site's lists as in its feeds.
    site:on("excerpt", function(article, text)
      return time.label(time.minutes(article.words, options.words_per_minute)) .. " – " .. text
    end)
  end,
}
