--- editions.lua WORK COUNT SEED: publishes COUNT random editions below WORK, hostile in whatever their authors can write, and lets
--- lede.check look at all that came out. What validators should look at too is left in WORK, its files named in WORK/files.
local check = require("lede.check")
local fs = lede.fs
local json = lede.json
local publish = require("lede.publish")
local workspace = require("lede.workspace")

local work, count, seed = arg[1], math.tointeger(tonumber(arg[2])), math.tointeger(tonumber(arg[3]))

--- ---- random things

local function roll(n) return math.random(n) end
local function pick(list) return list[roll(#list)] end
local function chance(percent) return roll(100) <= percent end

local NASTY <const> = {
  "]]>", "</script><script>", "<!--", "-->", "<b>bold</b>", "&amp;", "&#0;", "&nbsp;", "\"quoted\"", "'", "\\", "\\u0000", "%s%d%n", "{{ 7*7 }}", "<% x %>", "${x}", "\u{2028}",
  "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}", "\u{1F3F4}\u{E0067}\u{E007F}", "\u{202E}reversed", "\u{200D}", "\u{0301}", "\x01\x08\x0B\x1F", "\x7F\u{85}", "\r\n", "\t", "<![CDATA[", "<?xml?>",
  "javascript:alert(1)", "data:text/html,x", "../../etc/passwd", "\u{10FFFF}", "\u{E000}", "ﷺ", "Ａ", "日本語の見出し", "عنوان", "Ünïcödé", "🙂🙂🙂", "a b", "=1+1", "A", "the", "news of the day",
}

local function character()
  repeat
    local code = chance(60) and roll(0x250) or chance(70) and roll(0xFFFF) or roll(0x10FFFF)
    if code < 0xD800 or code > 0xDFFF then return utf8.char(code) end
  until false
end

local function hostile(most)
  local out = {}
  for i = 1, roll(most) do out[i] = chance(50) and pick(NASTY) or chance(50) and character() or pick { " ", "word ", "x" } end
  return table.concat(out)
end

local function maybe(percent, fn)
  if chance(percent) then return fn() end
end

local function list_of(most)
  local out = json.array {}
  for i = 1, roll(most) - 1 do out[i] = hostile(4) end
  return out
end

local function instant() return lede.time.rfc3339(946684800 + roll(800000000), pick { "UTC", "Europe/Paris", "Asia/Kathmandu" }) end

local LANGS <const> = { "en", "fr", "ar", "pt-BR", "zh-Hant", "de" }
local ADDRESSES <const> = { "https://other.example/a?b=1&c=\"2\"", "https://other.example/ä/ö", "http://other.example", "https://other.example/a b", "notes", "//x.example/" }

local function origin()
  return {
    name = maybe(80, function() return hostile(3) end), url = pick(ADDRESSES), author = maybe(30, function() return hostile(3) end),
    license = maybe(30, function() return hostile(3) end), terms = maybe(30, function() return hostile(5) end), index = maybe(70, function() return pick { "self", "canonical", "noindex", "noindex-news" } end),
  }
end

local function image() return { src = pick { "/a.png", "b c.jpg", "https://other.example/x.png", hostile(3) }, alt = maybe(60, function() return hostile(4) end), caption = maybe(40, function() return hostile(4) end), credit = maybe(40, function() return hostile(3) end) } end

local PARAGRAPHS <const> = {
  "Plain words.", "# A heading\n\nText.", "* one\n* two", "| a | b |\n|---|---|\n| 1 | 2 |", "![alt](pic.png \"title\")", "[link](/x/ 'y') and <https://other.example/>", "```js\n</script>\n```", "> quoted",
  "Text[^1].\n\n[^1]: A note.", "<div onclick=x>raw</div>", "<iframe src=\"https://x.example\"></iframe>", "{{< figure src=\"a.png\" >}}", "::pullquote[Words]",
}

local function body()
  local out = {}
  for i = 1, roll(8) - 1 do out[i] = chance(50) and pick(PARAGRAPHS) or hostile(12) end
  if chance(3) then out[#out + 1] = ("A long text without an end. "):rep(20000) end
  return table.concat(out, "\n\n")
end

local function article()
  local dated = chance(85)
  return json.encode {
    title = chance(90) and hostile(6) or "", date = dated and instant() or nil, updated = dated and maybe(30, instant) or nil, section = maybe(70, function() return pick { "News", "Überblick & mehr", hostile(3) } end),
    lang = maybe(60, function() return pick(LANGS) end), tags = list_of(4), authors = list_of(3), summary = maybe(40, function() return hostile(8) end), kicker = maybe(20, function() return hostile(3) end),
    dateline = maybe(20, function() return hostile(3) end), image = maybe(40, image), origin = maybe(30, origin), translation_key = maybe(20, function() return "t" .. roll(2) end), type = maybe(8, function() return "page" end),
    corrections = maybe(15, function() return json.array { { date = instant(), text = hostile(6) } } end), expires = maybe(5, instant),
  } .. "\n\n" .. body() .. "\n"
end

--- ---- a site

local function config(n)
  local base = pick { "https://news.example", "https://news.example/sub", "http://xn--bcher-kva.example" }
  return ([[return { title = %q, base_url = %q, lang = %q, timezone = "Europe/Paris", description = %q, ugly_urls = %s, related = { engine = "section" },
    feed = { limit = %d, full = %s, archives = %s, tags = true, authors = true, languages = { "en", "fr" } },
    feeds = { { name = "named", title = %q, query = { lang = "en" } } },
    plugins = { "layout-broadsheet", "metadata", "shortcodes", "directives", "redirects", "rss", "atom", "jsonfeed", "opml", sitemap = { split = %d }, ["sitemap-news"] = true, robots = true,
      ninjs = { version = %q }, ["newsml-g2"] = true, republish = true } }]]):format(pick { "The Test", "T" .. hostile(4) }, base, pick(LANGS), hostile(5), tostring(chance(30)), roll(8), tostring(chance(70)),
    tostring(chance(40)), hostile(3), roll(2) == 1 and 1000 or 1, n % 2 == 0 and "3.1" or "2.2")
end

--- Lua's %q writes control characters as numbers, which is right in a file of Lua.
local function write(path, bytes) assert(fs.write(path, bytes)) end

--- ---- what came out

local failures, files = {}, {}

local function fail(n, ...)
  failures[#failures + 1] = n
  print(("FAILED: edition %d of seed %d: %s"):format(n, seed, table.concat({ ... }, ": ")))
end

local DOCUMENTS <const> = { rss = true, atom = true, jsonfeed = true, sitemap = true, jsonld = true, ninjs = true, newsml = true, xml = true }

local function look(n, site, report)
  for _, failure in ipairs(report.failed) do fail(n, failure.path, failure.message) end
  local result = assert(check.site(site.output, { base_url = site.config.base_url }))
  for _, finding in ipairs(result.findings) do
    local no_page = finding.message:find("[^/l] is not there$") -- pictures that nobody drew
    if DOCUMENTS[finding.rule] and finding.level == "error" and not no_page then fail(n, finding.file, tostring(finding.line), finding.rule, finding.message) end
  end
  for _, path in ipairs(assert(fs.walk(site.output))) do
    if path:find("%.xml$") or path:find("%.json$") then files[#files + 1] = site.output .. "/" .. path end
  end
end

local function edition(n)
  math.randomseed(seed * 1000003 + n)
  local root = ("%s/%d"):format(work, n)
  assert(fs.mkdir(root .. "/content"))
  write(root .. "/lede.lua", config(n))
  local articles = roll(8) - 1
  for i = 1, articles do write(("%s/content/%d.md"):format(root, i), article()) end
  local site, message = workspace.open { source = root }
  if not site then return fail(n, "site", message) end
  local report, err = publish.run(site, { jobs = 1, fsync = false })
  if report and articles > 1 and n % 3 == 0 then
    fs.remove(root .. "/content/1.md")
    report, err = publish.run(site, { jobs = 1, fsync = false })
  end
  if not report then return fail(n, "publication", tostring(err)) end
  look(n, site, report)
end

for n = 1, count do edition(n) end
write(work .. "/files", table.concat(files, "\n") .. "\n")
local failed = {}
for _, n in ipairs(failures) do failed[n] = true end
local bad = 0
for _ in pairs(failed) do bad = bad + 1 end
print(("%d passed, %d failed"):format(count - bad, bad))
return bad == 0 and 0 or 1
