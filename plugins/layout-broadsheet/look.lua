--- plugins.layout-broadsheet.look: what the templates of the broadsheet share.
--- apply() sets it up once; afterwards its functions only read the edition, so that every read is the page's own.

local metadata = require("plugins.metadata.head")
local origin = require("lede.origin")

local look = { around = origin.around, picture = metadata.picture }

--- Addresses of the site's own pages that no record carries.
look.link = {
  home = "/", feed = "/index.xml", tags = "/tags/", authors = "/authors/", theme = "/assets/theme.css",
}

local right_to_left = {
  ar = true, arc = true, ckb = true, dv = true, fa = true, he = true, ps = true, sd = true, ug = true, ur = true,
  yi = true,
}

--- nil for "", so that `or` can choose
---@param s string?
---@return string?
local function text(s)
  if s ~= "" then
    return s
  end
end
look.text = text

---@param lang string a BCP 47 tag
---@return "ltr"|"rtl"
function look.direction(lang)
  return right_to_left[lang:match("^%a+")] and "rtl" or "ltr"
end

--- Whether the site has that plugin; without a list it has all that are shipped.
local function has_plugin(config, name)
  local plugins = config.plugins
  if not plugins or plugins[name] then
    return true
  end
  for _, entry in ipairs(plugins) do
    if entry == name or entry.name == name then
      return true
    end
  end
  return false
end

---@param site table
---@param options table
function look.setup(site, options)
  look.options = options
  look.title = text(options.title) or site.title
  look.tagline = text(options.tagline) or text(site.description)
  look.logo = text(options.logo)
  look.icon = text(options.icon)
  look.image = text(options.image)
  look.footer = text(options.footer)
  look.link.archive = text(options.archive)
  look.lang = text(site.lang) or "en"
  look.dir = look.direction(look.lang)
  look.has_address = site.base_url ~= ""
  metadata.prefer { site_name = look.title, image = look.image }
  look.has_feeds = look.has_address and has_plugin(site.config, "rss")
  if options.home.rule ~= "newest" and options.home.rule ~= "weight" then
    error(("layout-broadsheet: home.rule is 'newest' or 'weight', not '%s'"):format(options.home.rule), 0)
  end
end

--- The sections of the masthead: what the option names, else all there are.
---@param edition table
---@return table[] terms or { title, url }
function look.nav(edition)
  local names, limit = look.options.nav, look.options.nav_limit
  local found = {}
  if #names == 0 then
    for i, section in ipairs(edition:sections()) do
      if i > limit then
        break
      end
      found[i] = section
    end
    return found
  end
  for _, name in ipairs(names) do
    if #found == limit then
      break
    end
    found[#found + 1] = type(name) == "table" and name or edition:section(name)
  end
  return found
end

--- Language and direction of the page as a whole: the article's, else the site's.
---@param page table
---@return string lang
---@return string dir
function look.tongue(page)
  local article = page.article
  if not article then
    return look.lang, look.dir
  end
  return article.lang, article.dir
end

--- The article in other languages, one of each: of several in one language the oldest.
---@param article table
---@return table[] articles
function look.versions(article)
  local seen, found = { [article.lang or ""] = true }, {}
  for _, other in ipairs(article.translations) do
    local lang = other.lang
    if lang and not seen[lang] then
      seen[lang] = true
      found[#found + 1] = other
    end
  end
  return found
end

--- A page that is no story: "About us". It has no byline, no date, and no place among the news.
---@param article table
function look.is_page(article)
  return article.type == "page"
end

--- The first `count` stories of a query that `seen` does not have; pages that are no stories are passed over.
---@param edition table
---@param query table without offset and limit
---@param count integer
---@param seen table<string, true> ids; those found are added
---@return table[] articles
function look.stories(edition, query, count, seen)
  local found, offset = {}, 0
  query.limit = count + 8
  while #found < count do
    query.offset = offset
    local some = edition:articles(query)
    for _, article in ipairs(some) do
      local id = article.id
      if not seen[id] and not look.is_page(article) then
        seen[id] = true
        found[#found + 1] = article
        if #found == count then
          break
        end
      end
    end
    offset = offset + query.limit
    if #some < query.limit then
      break
    end
  end
  return found
end

--- Moves what has a place of its own (weight 1, 2, …) to the front, the rest stays in order.
local function by_weight(articles)
  local heavy, rest = {}, {}
  for _, article in ipairs(articles) do
    local weight = article.weight
    if weight > 0 then
      heavy[#heavy + 1] = { weight = weight, order = #heavy, article = article }
    else
      rest[#rest + 1] = article
    end
  end
  table.sort(heavy, function(a, b)
    if a.weight ~= b.weight then
      return a.weight < b.weight
    end
    return a.order < b.order
  end)
  local placed = {}
  for i, entry in ipairs(heavy) do
    placed[i] = entry.article
  end
  return table.move(rest, 1, #rest, #placed + 1, placed)
end
look.by_weight = by_weight

--- The top of the front page by the site's rule, lead first.
---@param edition table
---@param seen table<string, true> gets those that are shown
---@return table[]
function look.top(edition, seen)
  local home = look.options.home
  local count = 1 + home.seconds + home.latest
  if home.rule == "newest" then
    return look.stories(edition, {}, count, seen)
  end
  local found = by_weight(look.stories(edition, {}, math.max(home.window, count), {}))
  for i = #found, count + 1, -1 do
    found[i] = nil
  end
  for _, article in ipairs(found) do
    seen[article.id] = true
  end
  return found
end

--- Fronts of the home page: each section with its newest articles, less those that `seen` has already.
---@param edition table
---@param seen table<string, true> ids
---@return { section: table, articles: table[] }[]
function look.fronts(edition, seen)
  local home, fronts = look.options.home, {}
  for _, section in ipairs(look.nav(edition)) do
    if #fronts == home.sections then
      break
    end
    local slug = section.slug
    local fresh = slug and look.stories(edition, { section = slug }, home.articles, seen) or {}
    if #fresh > 0 then
      fronts[#fronts + 1] = { section = section, articles = fresh }
    end
  end
  return fronts
end

return look
