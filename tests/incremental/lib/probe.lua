--- lib.probe: plugins out of pieces. Each piece asks the edition something in a way that plugins do; the text of a whole plugin
--- is drawn from them. Their pages print what they were told, so that a stale answer is a wrong byte.
local chance = require("lib.chance")

local pick, some, once = chance.pick, chance.some, chance.once
local M = {}

--- ---- questions

local function slug(word) return lede.text.slug(word) end

local function filter(site)
  local parts = {}
  if once(3) then parts[#parts + 1] = ("section = %q"):format(slug(pick(chance.sections))) end
  if once(3) then parts[#parts + 1] = ("tag = %q"):format(slug(pick(chance.words))) end
  if once(5) then parts[#parts + 1] = ("author = %q"):format(slug(pick(chance.authors))) end
  if once(5) then parts[#parts + 1] = ("lang = %q"):format(pick(chance.languages)) end
  if once(8) then parts[#parts + 1] = 'origin = "wire.example"' end
  if once(4) then parts[#parts + 1] = ("from = %d"):format(site:now() - math.random(0, 300) * 86400) end
  if once(4) then parts[#parts + 1] = ("to = %d"):format(site:now() - math.random(-30, 200) * 86400) end
  return parts
end

local function count(site) return "e:count { " .. table.concat(filter(site), ", ") .. " }" end

local function list(site)
  local parts = filter(site)
  if once(3) then parts[#parts + 1] = 'order = "oldest"' end
  if once(3) then parts[#parts + 1] = "offset = " .. math.random(4) end
  parts[#parts + 1] = "limit = " .. math.random(6)
  return "titles(e:articles { " .. table.concat(parts, ", ") .. " })"
end

local function term() return ("named(e:%s(%q))"):format(pick { "section", "tag", "author" }, slug(pick { pick(chance.sections), pick(chance.words), pick(chance.authors) })) end
local function terms() return ("terms(e:%s())"):format(pick { "sections", "tags", "authors", "origins" }) end
local function clock() return "e." .. pick { "year", "month", "day", "hour" } end
local function article(site) return ("named(e:article(%q))"):format(once(2) and site:some_address() or "/wire/" .. math.random(3) .. "/") end
local function redirects() return "#e:redirects()" end
local function file() return ('lede.files.read("site", "data/%s.txt")'):format(pick { "words", "none" }) end
local function data() return ("tostring((e.data[%q] or {}).%s)"):format(M.names[math.random(#M.names)], pick { "count", "words", "none" }) end

local questions = { count, count, list, list, list, term, terms, clock, article, redirects, data, file }

--- An expression of e whose value follows from the edition.
local function question(site) return pick(questions)(site) end

local fields = { "title", "summary", "excerpt", "words", "date", "weight", "lang", "kicker", "lead", "state", "updated", "body", "slug", "section",
  "dir", "translation_key", "dateline", "url", "id" }

--- An expression of a.
local function about()
  local parts = {}
  for i = 1, math.random(4) do parts[i] = "tostring(a." .. pick(fields) .. ")" end
  if once(3) then parts[#parts + 1] = "titles(a:neighbours(" .. math.random(4) .. "))" end
  if once(3) then parts[#parts + 1] = "titles(a.translations)" end
  if once(3) then parts[#parts + 1] = "named(a.previous) .. named(a.next)" end
  if once(4) then parts[#parts + 1] = "tostring(a.html)" end
  if once(4) then parts[#parts + 1] = "#a.outline" end
  if once(4) then parts[#parts + 1] = "json(a.image)" end
  if once(4) then parts[#parts + 1] = "json(a.origin) .. json(a.params)" end
  if once(4) then parts[#parts + 1] = "terms(a.tag_terms) .. terms(a.author_terms)" end
  return table.concat(parts, ' .. "|" .. ')
end

--- ---- pieces: code of apply(); n is the piece's number

local pieces = {}

function pieces.page(site, n)
  return ([[site:route { name = "p%d", path = "/NAME/p%d.txt", render = function(page) local e = page.edition; return text(%s, %s, %s) end }]]):format(
    n, n, question(site), question(site), question(site))
end

function pieces.each_term(_, n)
  local kind = pick { "section", "tag", "author" }
  return ([[site:route { name = "t%d", each = %q, path = "/NAME/t%d/:slug/list.txt", render = function(page)
  local term = page.%s; return text(named(term), term:count(), term.summary, tostring(term.html)) end }]]):format(n, kind, n, kind)
end

function pieces.pages(_, n)
  return ([[site:route { name = "a%d", pages = function(edition)
    local list = {}
    for _, a in ipairs(edition:articles { limit = %d, order = %q }) do list[#list + 1] = { path = "/NAME/a%d/" .. a.slug .. ".txt", data = { id = a.id%s } } end
    return list
  end, render = function(page) local a = page.edition:article(page.data.id); return text(%s) end }]]):format(
    n, math.random(12), pick { "newest", "oldest" }, n, pick { "", ", title = a.title", ", url = a.url" }, about())
end

function pieces.paginated(_, n)
  return ([[site:route { name = "l%d", path = "/NAME/l%d/", paginate = %d, render = function(page)
    return text(titles(page.items), page.number, page.older, page.newer) end }]]):format(n, n, math.random(2, 5))
end

--- The same question from several pages, asked once and kept.
function pieces.memo(site, n)
  return ([[for i = 1, 3 do site:route { name = "m%d." .. i, path = "/NAME/m%d." .. i .. ".txt", render = function(page)
    local e = page.edition; return text(i, lede.memo("NAME.%d", function() return text(%s, %s) end)) end } end]]):format(
    n, n, n, question(site), question(site))
end

--- An upvalue that pages share: of what follows from its key alone.
function pieces.upvalue(_, n)
  return ([[local kept = {}
  site:route { name = "u%d", pages = function(edition)
    local list = {}
    for _, a in ipairs(edition:articles { limit = 5 }) do list[#list + 1] = { path = "/NAME/u%d/" .. a.slug .. ".txt", data = { id = a.id } } end
    return list
  end, render = function(page)
    local a = page.edition:article(page.data.id)
    kept[a.title] = kept[a.title] or a.title:upper():rep(3)
    return text(kept[a.title])
  end }]]):format(n, n)
end

--- Some pages fail, as long as the word is in a title.
function pieces.fails(_, n)
  return ([[site:route { name = "f%d", pages = function(edition)
    local list = {}
    for _, a in ipairs(edition:articles { limit = 10 }) do list[#list + 1] = { path = "/NAME/f%d/" .. a.slug .. ".txt", data = { id = a.id } } end
    return list
  end, render = function(page)
    local a = page.edition:article(page.data.id)
    if a.title:find(%q, 1, true) then error("cannot bear '%s'") end
    return text(a.title)
  end }]]):format(n, n, pick(chance.words), "this word")
end

function pieces.prepare()
  return [[site:on("edition.prepare", function()
    local words = lede.files.read("site", "data/words.txt")
    return { count = words and #words or 0, words = words }
  end)]]
end

function pieces.before(site)
  return ([[site:on("page.before", function(page) local e = page.edition; page.probe_NAME = %s end)
  site:on("page.after", function(page, bytes) if page.type ~= "home" then return bytes end return bytes .. "<!-- " .. tostring(page.probe_NAME):gsub("%%-", "") .. " -->" end)]]):format(question(site))
end

function pieces.node()
  return ([[site:on("markdown.node", function(node, article, entering)
    if entering and node.type == "text" and node.literal:find(%q, 1, true) then node.literal = node.literal:upper() .. article.title end
  end)]]):format(pick(chance.words))
end

function pieces.transform(_, n) return ([[site:on("html.transform", function(html, article) return tostring(html) .. "<p>%d of " .. article.words .. "</p>" end)]]):format(n) end
function pieces.excerpt(_, n) return ([[site:on("excerpt", function(article, words) return "%d " .. article.lang .. " " .. words end)]]):format(n) end
function pieces.shortcode() return ([[site:shortcode("probe", function(args, _, article) return "**" .. args .. "** %s " .. article.title end)]]):format(some(1)) end
function pieces.directive() return ([[site:directive("probe", { render = function(d) return "<em>%s " .. lede.html.escape(tostring(d.label)) .. "</em>" end })]]):format(some(1)) end

function pieces.module(_, n)
  return ([[site:route { name = "h%d", path = "/NAME/h%d.txt", render = function() return text(require("plugins.NAME.helper").word, require("lib.shared").word) end }]]):format(n, n)
end

function pieces.template(_, n)
  return ([[site:route { name = "x%d", path = "/NAME/x%d/", template = "probe-page" }]]):format(n, n)
end

function pieces.asset() return [[site:asset("/NAME/asset.txt", "assets/asset.txt")]] end
function pieces.option() return [[site:route { name = "o", path = "/NAME/options.txt", render = function() return text(json(options)) end }]] end
function pieces.dice(_, n) return ([[site:route { name = "d%d", path = "/NAME/d%d.txt", render = function() return text(math.random(1000), lede.json.encode { b = 1, a = 2 }) end }]]):format(n, n) end

local kinds = {}
for name in pairs(pieces) do kinds[#kinds + 1] = name end
table.sort(kinds)

--- ---- a plugin

M.names = { "probe-a", "probe-b", "probe-c" }

local frame = [[
local function json(value) return value == nil and "nil" or lede.json.encode(value) end
local function text(...)
  local list = {}
  for i = 1, select("#", ...) do list[i] = tostring((select(i, ...))) end
  return table.concat(list, "\n") .. "\n"
end
local function titles(list)
  local all = {}
  for i, a in ipairs(list) do all[i] = a.title end
  return table.concat(all, ", ")
end
local function named(thing) return thing and thing.title or "none" end
local function terms(list)
  local all = {}
  for i, t in ipairs(list) do all[i] = t.title .. " " .. t:count() end
  return table.concat(all, ", ")
end
return { name = "NAME", version = "0.1.0", lede = ">=0.1 <1", defaults = { tone = 0, words = "" }, apply = function(site, options)
  local _ = { json, text, titles, named, terms, options }
  PIECES
end }
]]

--- The text of a plugin of one to five pieces.
function M.plugin(site, name)
  local code, seen = {}, {}
  for n = 1, math.random(5) do
    local kind = pick(kinds)
    if not seen[kind] then
      seen[kind] = true
      code[#code + 1] = pieces[kind](site, n)
    end
  end
  local body = table.concat(code, "\n  "):gsub("NAME", name):gsub("probe_[%w-]+", function(s) return (s:gsub("%-", "_")) end)
  return (frame:gsub("PIECES", function() return body end):gsub("NAME", name))
end

return M
