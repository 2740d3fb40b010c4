--- lede.scaffold: what `lede new layout` and `lede new plugin` write, by path below the plugin's folder. NAME stands for its name.

local M = {}

M.layout = {
  ["init.lua"] = [[
--- plugins.NAME: a layout. Routes say which pages there are; templates/ says what they look like.

return {
  name = "NAME",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = { page_size = 20 },

  apply = function(site, options)
    site:asset("/assets/NAME.css", "assets/NAME.css")
    site:route { name = "home", path = "/", template = "home" }
    site:route { name = "article", each = "article", template = "article" }
    for _, kind in ipairs { "section", "tag", "author" } do
      local path = kind == "section" and "/:slug/" or "/" .. kind .. "s/:slug/"
      site:route { name = kind, each = kind, path = path, template = "term", paginate = options.page_size }
    end
    site:route { name = "404", path = "/404.html", template = "404" }
  end,
}
]],
  ["README.md"] = [[
# NAME

A layout for lede. Turn it on in `lede.lua`, in place of layout-broadsheet:

    plugins = { "NAME", "rss", "sitemap", "shortcodes", "directives", "redirects" }

`templates/frame.html` is around every page; the others fill its blocks. `lede doctor --templates` shows which file answers for which
name. `lede test NAME` runs `spec/`.
]],
  ["templates/frame.html"] = [[
<% local lang = article and article.lang or site.lang -%>
<!doctype html>
<html lang="<%= lang %>" dir="<%= article and article.dir or "auto" %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><% block("title") %><%= site.title %><% endblock() %></title>
<link rel="stylesheet" href="<%= asset("NAME.css") %>">
<% block("head") %><% endblock() -%>
</head>
<body>
<header class="top">
<p><a href="/"><%= site.title %></a></p>
<% partial("nav", {}) -%>
</header>
<main>
<% block("content") %><% endblock() -%>
</main>
</body>
</html>
]],
  ["templates/nav.html"] = [[
<nav aria-label="Sections">
<ul>
<% for _, section in ipairs(edition:sections()) do -%>
<li><a href="<%= section.url %>"><%= section.title %></a></li>
<% end -%>
</ul>
</nav>
]],
  ["templates/card.html"] = [[
<article class="card">
<h2><a href="<%= article.url %>"><%= article.title %></a></h2>
<p><%= excerpt(article) %></p>
<p><time datetime="<%= date(article.date, "iso") %>"><%= date(article.date, "long", article.lang) %></time></p>
</article>
]],
  ["templates/home.html"] = [[
<% layout("frame") -%>
<h1><%= site.description ~= "" and site.description or site.title %></h1>
<% for _, article in ipairs(edition:articles { limit = 12 }) do partial("card", { article = article }) end -%>
]],
  ["templates/term.html"] = [[
<% layout("frame") -%>
<% local term = section or tag or author -%>
<% block("title") %><%= term.title %> - <%= site.title %><% endblock() -%>
<h1><%= term.title %></h1>
<% for _, article in ipairs(items) do partial("card", { article = article }) end -%>
<% if newer or older then -%>
<nav aria-label="Pages">
<% if newer then -%>
<a rel="prev" href="<%= newer %>">Newer</a>
<% end -%>
<% if older then -%>
<a rel="next" href="<%= older %>">Older</a>
<% end -%>
</nav>
<% end -%>
]],
  ["templates/article.html"] = [[
<% layout("frame") -%>
<% block("title") %><%= article.title %> - <%= site.title %><% endblock() -%>
<% block("head") -%>
<meta name="description" content="<%= article.excerpt %>">
<% endblock() -%>
<article>
<h1><%= article.title %></h1>
<p><time datetime="<%= date(article.date, "iso") %>"><%= date(article.date, "long", article.lang) %></time></p>
<%= article.html %>
</article>
<% local related = article:neighbours(4) -%>
<% if #related > 0 then -%>
<aside>
<% for _, other in ipairs(related) do partial("card", { article = other }) end -%>
</aside>
<% end -%>
]],
  ["templates/404.html"] = [[
<% layout("frame") -%>
<% block("title") %>Not found - <%= site.title %><% endblock() -%>
<h1>Not found</h1>
<p><a href="/"><%= site.title %></a></p>
]],
  ["assets/NAME.css"] = [[
:root { color-scheme: light dark; font: 1.125rem/1.55 Georgia, serif; }
body { color: CanvasText; background: Canvas; max-width: 42rem; margin-inline: auto; padding: 1rem; }
h1, h2 { line-height: 1.15; text-wrap: balance; }
a { color: inherit; }
pre, table { display: block; overflow-x: auto; }
img { max-width: 100%; height: auto; }
.top ul { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0; list-style: none; }
]],
  ["spec/NAME_spec.lua"] = [[
describe("NAME", function()
  it("is a plugin with a name and a version", function()
    local plugin = require("plugins.NAME")
    expect(plugin.name):to_be("NAME")
    expect(plugin.version):to_match("^%d+%.%d+%.%d+$")
  end)
end)
]],
}

M.plugin = {
  ["init.lua"] = [[
--- plugins.NAME: says how many minutes an article takes. A start: change it into what you need.

local words = require("plugins.NAME.words")

return {
  name = "NAME",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = { words_a_minute = 220 },

  apply = function(site, options)
    -- Templates find page.minutes.
    site:on("page.before", function(page)
      if page.article then page.minutes = words.minutes(page.article.words, options.words_a_minute) end
    end)
  end,
}
]],
  ["words.lua"] = [[
--- plugins.NAME.words: reading time.

local M = {}

---@param count integer words
---@param a_minute integer
---@return integer minutes at least 1
function M.minutes(count, a_minute) return math.max(1, (count + a_minute // 2) // a_minute) end

return M
]],
  ["README.md"] = [[
# NAME

A plugin for lede. Turn it on in `lede.lua`:

    plugins = { "layout-broadsheet", "rss", "sitemap", NAME = { words_a_minute = 220 } }

Templates then find `page.minutes`. `lede test NAME` runs `spec/`.
]],
  ["spec/NAME_spec.lua"] = [[
local words = require("plugins.NAME.words")

describe("reading time", function()
  it("is rounded, and never nothing", function()
    expect(words.minutes(0, 220)):to_be(1)
    expect(words.minutes(220, 220)):to_be(1)
    expect(words.minutes(660, 220)):to_be(3)
  end)
end)
]],
}

return M
