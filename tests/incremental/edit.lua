--- edit.lua SITE SEED STEP: one edit of a site as people make them, chosen by seed and step. Prints what it did.
local site, seed, step = arg[1], math.tointeger(tonumber(arg[2])), math.tointeger(tonumber(arg[3]))
local fs = require("lede.fs")

math.randomseed(seed * 1000 + step)
local function pick(list) return list[math.random(#list)] end

local function articles()
  local found = {}
  for _, path in ipairs(fs.walk(site .. "/content")) do
    if path:find("%.md$") and not path:find("_index%.md$") then found[#found + 1] = site .. "/content/" .. path end
  end
  return found
end

local function change(path, pattern, with)
  local text = assert(fs.read(path))
  local changed, count = text:gsub(pattern, with, 1)
  assert(fs.write(path, changed))
  return count
end

--- Adds a line to the front matter, or takes the place of the one with that key.
local function set(path, key, value)
  if change(path, "\n" .. key .. ":[^\n]*\n", ("\n%s: %s\n"):format(key, value)) == 0 then change(path, "\n", ("\n%s: %s\n"):format(key, value)) end
end

local words = { "harbour", "minister", "bridge", "ferry", "telephone", "orchestra", "river", "ledger", "umbrella" }
local function some(n)
  local list = {}
  for i = 1, n do list[i] = pick(words) end
  return table.concat(list, " ")
end

local edits = {}

function edits.body()
  local path = pick(articles())
  assert(fs.write(path, assert(fs.read(path)) .. "\n" .. some(12) .. ".\n"))
  return path
end

function edits.title()
  local path = pick(articles())
  set(path, "title", some(3) .. " " .. step)
  return path
end

function edits.date()
  local path = pick(articles())
  set(path, "date", ("2024-%02d-%02dT10:00:00+00:00"):format(math.random(12), math.random(28)))
  return path
end

function edits.tags()
  local path = pick(articles())
  set(path, "tags", "[" .. pick(words) .. ", " .. pick(words) .. "]")
  return path
end

function edits.section()
  local path = pick(articles())
  set(path, "section", pick { "Economy", "Diplomacy", "Culture", "Weather" })
  return path
end

function edits.author()
  local path = pick(articles())
  set(path, "authors", "[" .. pick { "Anna Berg", "Samir Haddow", "Peder Aske" } .. "]")
  return path
end

function edits.draft()
  local path = pick(articles())
  set(path, "draft", pick { "true", "false" })
  return path
end

function edits.new()
  local path = ("%s/content/news/new-%d.md"):format(site, step)
  fs.mkdir(site .. "/content/news")
  assert(fs.write(path, ("---\ntitle: New %d %s\ndate: 2024-%02d-02T08:00:00Z\nsection: News\ntags: [%s]\n---\n%s. A note.[^1]\n\n[^1]: %s\n"):format(
    step, pick(words), math.random(12), pick(words), some(20), some(4))))
  return path
end

function edits.gone()
  local all = articles()
  local path = pick(all)
  if #all < 12 then return "nothing: too few are left" end
  os.remove(path)
  return path
end

function edits.rename()
  local path = pick(articles())
  local to = path:gsub("[^/]*%.md$", "renamed-" .. step .. ".md")
  os.rename(path, to)
  return path .. " to " .. to
end

function edits.section_text()
  local path = ("%s/content/%s/_index.md"):format(site, pick { "economy", "culture", "news" })
  fs.mkdir(path:match("^(.*)/"))
  assert(fs.write(path, ("---\ntitle: %s %d\n---\n%s\n"):format(pick(words), step, some(9))))
  return path
end

function edits.template()
  local path = site .. "/layouts/card.html"
  fs.mkdir(site .. "/layouts")
  if fs.exists(path) and math.random(2) == 1 then
    os.remove(path)
    return "no " .. path
  end
  assert(fs.write(path, ('<article class="card"><h3><a href="<%%= article.url %%>"><%%= article.title %%></a></h3><!-- %d --><%% if length then %%><p><%%= excerpt(article, length) %%></p><%% end %%></article>\n'):format(step)))
  return path
end

function edits.words()
  fs.mkdir(site .. "/i18n")
  assert(fs.write(site .. "/i18n/en.lua", ('return { latest = "Latest %d" }\n'):format(step)))
  return "i18n/en.lua"
end

function edits.config()
  local path = site .. "/lede.lua"
  change(path, "return {", ("return {\n  excerpt = { length = %d },"):format(math.random(60, 200)))
  change(path, "excerpt = (%b{}),\n%s*excerpt = %b{},", "excerpt = %1,")
  return path
end

function edits.plugin()
  fs.mkdir(site .. "/plugins/counter")
  assert(fs.write(site .. "/plugins/counter/init.lua", ([[
return { name = "counter", apply = function(site)
  site:on("edition.prepare", function() return { step = %d } end)
  site:route { name = "count", path = "/count.txt", render = function(page)
    return ("%%d %%d %%s"):format(page.edition.data.counter.step, page.edition:count { tag = "%s" }, page.edition.year)
  end }
end }
]]):format(math.random(3), pick(words))))
  local config = assert(fs.read(site .. "/lede.lua"))
  if not config:find("counter", 1, true) then change(site .. "/lede.lua", "plugins = {", 'plugins = {\n    "counter",') end
  return "plugins/counter"
end

function edits.static()
  fs.mkdir(site .. "/static")
  assert(fs.write(site .. "/static/robots.txt", some(3)))
  return "static/robots.txt"
end

local names = {}
for name in pairs(edits) do names[#names + 1] = name end
table.sort(names)
local name = pick(names)
print(name .. ": " .. tostring(edits[name]()))
