--- lib.code: edits of what is around content: templates, plugins, modules, configuration, words, static and data files, the clock.
local chance = require("lib.chance")
local probe = require("lib.probe")

local pick, some, once = chance.pick, chance.some, chance.once
local edits = {}

--- There or not there: writes text(site) to the path, or takes the file away.
local function comes_and_goes(paths, text, stays)
  return function(site)
    local path = pick(paths)
    if site:exists(path) and not once(stays or 2) then return { { "remove", path } } end
    return { { "write", path, text(site, path) } }
  end
end

--- ---- templates

edits.card = comes_and_goes({ "layouts/card.html" }, function(site)
  return ('<article class="card"><h3><a href="<%%= article.url %%>"><%%= article.title %%></a></h3><!-- %d -->%s</article>\n'):format(site:serial(),
    pick { "", "<p><%= excerpt(article, 40) %></p>", "<p><%= article.words %></p>", '<% partial("inner", { n = article.weight }) %>', '<p><%= date(article.date, "long") %></p>' })
end)

edits.partial = comes_and_goes({ "layouts/inner.html", "layouts/byline.html", "layouts/pager.html", "layouts/list.html" }, function(site)
  return ("<p>%d <%%= n or \"\" %%>%s</p>\n"):format(site:serial(), pick { "", "<%= edition:count {} %>", "<%= #edition:tags() %>", "<%= edition.year %>", "<%= lede.memo(\"inner\", function() return edition:count { limit = 1 } end) %>" })
end)

edits.article_page = comes_and_goes({ "layouts/article.html" }, function(site)
  return ('<!doctype html><title><%%= article.title %%></title><p>%d %s</p><%%= article.html %%>\n'):format(site:serial(), pick {
    "<%= article.date %>", "<% for _, a in ipairs(article:neighbours(3)) do %><b><%= a.title %></b><% end %>", '<% partial("card", { article = article }) %>',
    '<%= article.next and article.next.title or "last" %>', '<%= t("latest") %>', '<% for _, a in ipairs(article.translations) do %><i><%= a.lang %></i><% end %>' })
end)

--- A template that fails for those pages whose title has the word; and one that no page can be made by.
edits.template_fails = comes_and_goes({ "layouts/article.html" }, function()
  return ('<p><%%= article.title %%><%% if article.title:find("%s", 1, true) then error("cannot bear it") end %%></p>\n'):format(pick(chance.words))
end)
edits.template_broken = comes_and_goes({ "layouts/section.html", "layouts/home.html" }, function() return "<% if then %>\n" end, 9)

edits.probe_page = comes_and_goes({ "layouts/probe-page.html" }, function(site)
  return ("<p>%d <%%= page.url %%> <%%= edition:count {} %%></p>\n"):format(site:serial())
end, 1)

--- ---- plugins and modules

--- A new text of a plugin, its switch in lede.lua, and the files that its pieces name.
function edits.plugin(site)
  local name = pick(probe.names)
  site.config.plugins[name] = once(4) and { tone = math.random(3), words = some(2) } or true
  local folder = "plugins/" .. name .. "/"
  return {
    { "write", folder .. "init.lua", probe.plugin(site, name) }, { "write", folder .. "helper.lua", ("return { word = %q }\n"):format(some(1)) },
    { "write", folder .. "assets/asset.txt", some(3) .. "\n" }, { "write", folder .. "templates/probe-page.html", "<p><%= page.url %> <%= edition:count {} %></p>\n" },
    { "write", "lib/shared.lua", ("return { word = %q }\n"):format(some(1)) }, site:written_config(),
  }
end

function edits.plugin_off(site)
  local name = pick(probe.names)
  if not site.config.plugins[name] then return nil end
  site.config.plugins[name] = nil
  return { site:written_config() }
end

function edits.plugin_option(site)
  local name = pick(probe.names)
  if not site.config.plugins[name] then return nil end
  site.config.plugins[name] = { tone = math.random(9), words = some(1) }
  return { site:written_config() }
end

--- One of lede's own: on, off, or with an option.
function edits.own_plugin(site)
  local name = pick { "rss", "sitemap", "redirects", "shortcodes", "directives" }
  local with = { rss = { limit = math.random(9), sections = once(2) }, redirects = { maps = { nginx = once(2) } } }
  site.config.plugins[name] = pick { true, false, with[name] or true }
  return { site:written_config() }
end

--- A file of a plugin that is on; nothing else tells lede of it.
local function of_plugin(tail, text)
  return function(site)
    local path = "plugins/" .. pick(probe.names) .. tail
    return site:exists(path) and { { "write", path, text() } } or nil
  end
end

edits.module = of_plugin("/helper.lua", function() return ("return { word = %q }\n"):format(some(2)) end)
edits.asset = of_plugin("/assets/asset.txt", function() return some(4) .. "\n" end)
edits.plugin_template = of_plugin("/templates/probe-page.html", function() return "<p>" .. some(1) .. " <%= page.url %> <%= #edition:sections() %></p>\n" end)

function edits.shared_module(site)
  return site:exists("lib/shared.lua") and { { "write", "lib/shared.lua", ("return { word = %q }\n"):format(some(2)) } } or nil
end

--- A plugin that cannot be loaded: nothing is published until it is mended.
function edits.plugin_broken(site)
  local path = "plugins/" .. pick(probe.names) .. "/init.lua"
  local text = site:exists(path) and site:read(path)
  if not text then return nil end
  local mended = text:gsub("^syntax error\n", "")
  return { { "write", path, mended ~= text and mended or once(3) and "syntax error\n" .. text or text } }
end

--- ---- configuration, words, files

local settings = {
  title = function() return some(2) end,
  description = function() return some(5) end,
  base_url = function() return pick { "https://one.example", "https://two.example/sub" } end,
  timezone = function() return pick { "UTC", "Europe/Paris", "+05:30" } end,
  lang = function() return pick { "en", "fr", "de" } end,
  permalink = function() return pick { "/:section/:year/:month/:slug/", "/:slug/", "/:year/:slug/" } end,
  ugly_urls = function() return once(3) end,
  excerpt = function() return { length = math.random(40, 200), ellipsis = pick { "...", "…" } } end,
  static = function() return pick { "static", "static", "files" } end,
  markdown = function() return { html = pick { "keep", "drop" } } end,
  pictures = function() return { sizes = pick { "100vw", "50vw" } } end,
  params = function() return { mood = some(1), n = math.random(9) } end,
  sections = function() return { culture = { title = some(2), summary = some(4) } } end,
}

function edits.config(site)
  local keys = {}
  for key in pairs(settings) do keys[#keys + 1] = key end
  table.sort(keys)
  local key = pick(keys)
  site.config[key] = settings[key]()
  return { site:written_config() }
end

edits.words = comes_and_goes({ "i18n/en.lua", "i18n/fr.lua" }, function(site) return ('return { latest = "Latest %d", related = "More" }\n'):format(site:serial()) end)
edits.static = comes_and_goes({ "static/robots.txt", "static/deep/er/file.txt", "static/.well-known/x.txt" }, function() return some(3) .. "\n" end)
edits.data = comes_and_goes({ "data/words.txt" }, function() return some(4) .. "\n" end)

--- A static file where a page may be, and none.
edits.in_the_way = comes_and_goes({ "static/culture/index.html", "static/tags/river/index.html", "static/about" }, function() return some(3) .. "\n" end, 9)

edits.picture = comes_and_goes({ "static/images/a.svg", "static/images/b.svg" }, function()
  return ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d"><rect width="9" height="9"/></svg>\n'):format(math.random(100, 900), math.random(100, 900))
end, 3)

--- ---- time

--- Forward, as a rule; by the present clock; a look into the past.
function edits.clock(site)
  if once(8) then return { { "at", false } } end
  local days = once(10) and -math.random(30) or math.random(0, 12)
  return { { "at", lede.time.rfc3339(site:now() + days * 86400 + math.random(3600 * 20)) } }
end

function edits.drafts_too(site) return { { "drafts", not site.drafts } } end

function edits.jobs(site)
  site.jobs = pick { 1, 1, 2, 3 }
  return nil
end

return edits
