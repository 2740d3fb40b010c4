--- plugins.layout-broadsheet.look: what the templates of the broadsheet share.
--- apply() sets it up once; afterwards its functions only read the edition, so that every read is the page's own.

local look = {}

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
    if entry == name or type(entry) == "table" and entry.name == name then
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
  look.lang = text(site.lang) or "en"
  look.dir = look.direction(look.lang)
  look.has_address = site.base_url ~= ""
  look.has_feeds = look.has_address and has_plugin(site.config, "rss")
end

--- The sections of the masthead: what the option names, else all there are. One read.
---@param edition table
---@return table[] terms or { title, url }
function look.nav(edition)
  local names = look.options.nav
  if #names == 0 then
    return edition:sections()
  end
  local found = {}
  for _, name in ipairs(names) do
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

--- What the origin says about search engines. One record decides notice, canonical link and robots alike.
---@param origin table?
---@return string? canonical the original's address, nil when this page is its own
---@return string? robots "noindex-news", "noindex" or nil
function look.policy(origin)
  local policy = origin and (origin.index or "noindex-news")
  if not policy or policy == "self" then
    return nil, nil
  end
  return origin.url, policy ~= "canonical" and policy or nil
end

--- The notice in two halves, around the link to the original.
---@param pattern string "… published on %s"; the link comes last when there is no %s
---@return string before
---@return string after
function look.around(pattern)
  local at = pattern:find("%s", 1, true)
  if not at then
    return pattern .. " ", ""
  end
  return pattern:sub(1, at - 1), pattern:sub(at + 2)
end

--- The address of a picture, which a bundle may name relative to its article.
---@param article table
---@param src string
---@return string
function look.picture(article, src)
  if src:find("^/") or src:find("^%a[%w+.-]*:") then
    return src
  end
  return article.url .. src
end

--- A correction's time and words, stored as "2024-05-01T10:00:00Z<TAB>text".
---@param line string
---@return integer? t
---@return string words
function look.correction(line)
  local iso, words = line:match("^([^\t]*)\t(.*)$")
  return iso and lede.time.parse(iso) or nil, words or line
end

--- Fronts of the home page: each section with its newest articles, less those that `seen` has already.
---@param edition table
---@param seen table<string, true> ids
---@return { section: table, lead: table, rest: table[] }[]
function look.fronts(edition, seen)
  local home, fronts = look.options.home, {}
  for _, section in ipairs(look.nav(edition)) do
    if #fronts == home.sections then
      break
    end
    local fresh = section.slug and look.fresh(edition, section.slug, home.articles, seen) or {}
    if #fresh > 0 then
      fronts[#fronts + 1] = { section = section, lead = table.remove(fresh, 1), rest = fresh }
    end
  end
  return fronts
end

--- The newest of a section that are not shown yet; asks for as many more as could be shown.
function look.fresh(edition, slug, count, seen)
  local found = {}
  local shown = 1 + look.options.home.seconds + look.options.home.latest
  for _, article in ipairs(edition:articles { section = slug, limit = count + shown }) do
    if #found < count and not seen[article.id] then
      found[#found + 1] = article
    end
  end
  return found
end

return look
