--- templates.lua PAGES: what the templates of one article page cost, with nothing else around them: the page that the plain C
--- floor makes (daily/templates), 6 KB of it, from plain tables. Every value is escaped for where it stands.
--- Run by `lede run`; tests/bench/templates counts its instructions too.
local folder = (...):match("^(.*)/") or "."
local count = math.tointeger(tonumber((select(2, ...)))) or 20000
local template, time = require("lede.template"), require("lede.time")

local SECTIONS = { "world", "politics", "business", "technology", "science", "health", "sport", "culture", "travel", "opinion", "climate", "education" }
local BODY = ("<p>The lamp & the harbour, which had \"seen\" so many winters, stood where the quay ends and the water begins.</p>\n"):rep(12)

--- As pages have it (lede/page.lua): a date is put into words once.
local known = {}
local function date(t, style)
  if style == "iso" then return time.rfc3339(t, "UTC") end
  local key = style .. t
  known[key] = known[key] or time.format(t, style, { lang = "en", zone = "UTC" })
  return known[key]
end

local sections = {}
for i, name in ipairs(SECTIONS) do sections[i] = { slug = name, title = name, url = "/" .. name .. "/" } end
local edition = { sections = function() return sections end }

local articles = {}
local article_class = { __index = { neighbours = function(self, k) return table.move(articles, self.number + 1, self.number + k, 1, {}) end } }
for i = 1, 40 do
  local section = sections[i % #sections + 1]
  articles[i] = setmetatable({
    number = i, title = ("Minister & envoy \"agree\" on <number %d>"):format(i), url = ("/%s/minister-%d/"):format(section.slug, i), date = 1700000000 + i * 7000,
    summary = ("What the %dth summary of this paper says in a line or two, so that readers know whether to go on."):format(i),
    section_term = section, section_slug = section.slug, authors = { "Ada Marsh", "Émile O'Neil" }, tags = { "harbour", "ministers", "trade & tariffs" },
    origin = i % 5 == 0 and { name = "Le Progrès", url = "https://www.leprogres.example/a?b=c&d=e" } or nil, html = lede.html.safe(BODY),
  }, article_class)
end

local engine = template.new(function(name)
  local file = ("%s/daily/templates/%s.html"):format(folder, name)
  return lede.fs.read(file), file
end, { date = date, absolute = function(url) return "https://news.example" .. url end, asset = function(name) return "/" .. name end },
  { fields = { "article", "section", "page", "url", "path", "type", "items", "data" } })
local site = { title = "The Daily Bench" }
local output = require("lede.output")

local function render(i)
  local page = { article = articles[i % 30 + 1], site = site, edition = edition, type = "article" }
  page.page = page
  output.start()
  engine:render("article", page)
end

for i = 1, 60 do render(i) end
local bytes, began = output.length(), os.clock()
for i = 1, count do render(i) end
print(("%d pages of %d bytes: %.2f us a page"):format(count, bytes, (os.clock() - began) * 1e6 / count))
