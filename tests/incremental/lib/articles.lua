--- lib.articles: edits of content as writers make them. Each takes the site and gives operations (lib.ops), or nil: nothing to do.
local chance = require("lib.chance")

local pick, some, once = chance.pick, chance.some, chance.once
local edits = {}

--- ---- front matter

local function with_line(text, key, value)
  local line = "\n" .. key .. ": " .. value .. "\n"
  local changed, count = text:gsub("\n" .. key .. ":[^\n]*\n", function() return line end, 1)
  if count == 0 then changed = text:gsub("\n", function() return line end, 1) end
  return changed
end

local function without_line(text, key) return (text:gsub("\n" .. key .. ":[^\n]*\n", "\n", 1)) end

--- An edit of one article's text: change(text, site) gives the new one.
local function of_text(change)
  return function(site)
    local path = pick(site:articles())
    local text = path and site:read(path)
    if not text or text:sub(1, 4) ~= "---\n" then return nil end
    return { { "write", path, change(text, site, path) } }
  end
end

--- An edit that sets a key to value(site), or takes it away when that is nil.
local function of_key(key, value)
  return of_text(function(text, site)
    local now = value(site)
    return now and with_line(text, key, now) or without_line(text, key)
  end)
end

edits.title = of_key("title", function(site) return '"' .. some(3) .. " " .. site:serial() .. '"' end)
edits.summary = of_key("summary", function() return not once(3) and some(6) or nil end)
edits.past = of_key("date", function(site) return chance.moment(site:now(), 700, -1) end)
edits.future = of_key("date", function(site) return chance.moment(site:now(), -1, 40) end)
edits.updated = of_key("updated", function(site) return not once(3) and chance.moment(site:now(), 30, -1) or nil end)
edits.expires = of_key("expires", function(site) return not once(3) and chance.moment(site:now(), 20, 40) or nil end)
edits.embargo = of_key("embargo", function(site) return not once(3) and chance.moment(site:now(), 5, 40) or nil end)
edits.tags = of_key("tags", function() return not once(5) and "[" .. pick(chance.words) .. ", " .. pick(chance.words) .. "]" or nil end)
edits.section = of_key("section", function() return pick(chance.sections) end)
edits.authors = of_key("authors", function() return not once(4) and "[" .. pick(chance.authors) .. ", " .. pick(chance.authors) .. "]" or nil end)
edits.draft = of_key("draft", function() return once(3) and "true" or nil end)
edits.weight = of_key("weight", function() return tostring(math.random(-3, 3)) end)
edits.language = of_key("lang", function() return pick(chance.languages) end)
edits.translation = of_key("translation_key", function() return not once(4) and "key-" .. math.random(3) or nil end)
edits.slug = of_key("slug", function(site) return not once(3) and "slug-" .. site:serial() or nil end)
edits.address = of_key("url", function(site) return once(2) and "/fixed/" .. math.random(6) .. "/" or once(2) and "/at/" .. site:serial() .. "/" or nil end)
edits.aliases = of_key("aliases", function() return not once(4) and "[/old/" .. math.random(9) .. "/, /older/" .. math.random(9) .. "/]" or nil end)
edits.origin = of_key("origin", function() return not once(3) and ('{ name: %s, url: "https://wire.example/%d" }'):format(pick { "Wire", "Agency" }, math.random(9)) or nil end)
edits.params = of_key("params", function() return ("{ mood: %s, n: %d }"):format(pick(chance.words), math.random(9)) end)
edits.picture_of = of_key("image", function() return not once(4) and pick { "/images/a.svg", "/images/b.svg", "/images/none.svg" } or nil end)
edits.kicker = of_key("kicker", function() return not once(3) and some(2) or nil end)

--- ---- bodies

local paragraphs = {
  function() return some(14) .. "." end,
  function() return "## " .. some(3) .. "\n\n" .. some(8) .. "[^1].\n\n[^1]: " .. some(4) end,
  function() return "| a | b |\n|---|---|\n| " .. some(1) .. " | " .. some(2) .. " |" end,
  function() return "![" .. some(2) .. "](" .. pick { "/images/a.svg", "/images/b.svg", "/images/gone.svg" } .. ")" end,
  function() return "{{< probe " .. pick(chance.words) .. " >}}" end,
  function() return '{{% youtube "abc" %}} and {{< ' .. pick { "nobody", "figure" } .. ' src="/images/a.svg" >}}' end,
  function() return "::pullquote[" .. some(4) .. "]{by=" .. pick(chance.words) .. "}" end,
  function() return "::probe[" .. some(2) .. "]" end,
  function(site) return "[see](" .. (site:some_address() or "/") .. ") and *" .. some(2) .. "*" end,
}

edits.body = of_text(function(text, site) return text .. "\n" .. pick(paragraphs)(site) .. "\n" end)
edits.rewrite = of_text(function(text, site)
  local head = text:match("^(%-%-%-\n.-\n%-%-%-\n)") or text
  local body = {}
  for i = 1, math.random(0, 4) do body[i] = pick(paragraphs)(site) end
  return head .. table.concat(body, "\n\n") .. "\n"
end)
edits.touch = of_text(function(text) return text end) -- the same bytes, another time

--- ---- files

function edits.new(site)
  local serial = site:serial()
  local lines = { "---", ("title: New %d %s"):format(serial, some(2)), "date: " .. chance.moment(site:now(), 400, once(5) and 20 or -1) }
  if once(2) then lines[#lines + 1] = "section: " .. pick(chance.sections) end
  if once(2) then lines[#lines + 1] = "tags: [" .. pick(chance.words) .. "]" end
  if once(3) then lines[#lines + 1] = "id: hand-" .. serial end
  if once(4) then lines[#lines + 1] = "translation_key: key-" .. math.random(3) end
  local bundle = once(6) and "/index.md" or ".md"
  return { { "write", ("content/%s/new-%d%s"):format(pick { "news", "culture", "notes" }, serial, bundle), table.concat(lines, "\n") .. "\n---\n" .. pick(paragraphs)(site) .. "\n" } }
end

--- A folder that is an article, with a picture beside it that comes, changes and goes.
function edits.bundle(site)
  local folder = "content/essays/bundle-" .. math.random(2) .. "/"
  local picture = folder .. "near.svg"
  if not site:exists(folder .. "index.md") then
    return { { "write", folder .. "index.md", ("---\ntitle: Bundle %d\ndate: %s\nimage: near.svg\n---\n![near](near.svg)\n"):format(site:serial(), chance.moment(site:now(), 300, -1)) } }
  end
  if site:exists(picture) and once(3) then return { { "remove", picture } } end
  return { { "write", picture, ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="30"/>\n'):format(math.random(40, 90)) } }
end

function edits.gone(site)
  local all = site:articles()
  return #all > 2 and { { "remove", pick(all) } } or nil
end

--- A file that is taken away may come back: it does so under another name too.
function edits.rename(site)
  local path = pick(site:articles())
  return path and { { "move", path, path:gsub("[^/]*%.md$", "renamed-" .. site:serial() .. ".md") } }
end

function edits.into_folder(site)
  local path = pick(site:articles())
  return path and { { "move", path, "content/" .. pick { "news", "culture", "essays" } .. "/moved-" .. site:serial() .. ".md" } }
end

--- Renamed and changed at once: without id: another article.
function edits.rename_and_change(site)
  local path = pick(site:articles())
  if not path then return nil end
  local to = path:gsub("[^/]*%.md$", "both-" .. site:serial() .. ".md")
  return { { "move", path, to }, { "write", to, site:read(path) .. "\n" .. some(5) .. ".\n" } }
end

--- Two articles change places in time: neighbours turn.
function edits.exchange_dates(site)
  local all = site:articles()
  if #all < 2 then return nil end
  local a, b = pick(all), pick(all)
  local text_a, text_b = site:read(a), site:read(b)
  local date_a, date_b = text_a:match("\ndate:%s*([^\n]*)\n"), text_b:match("\ndate:%s*([^\n]*)\n")
  if a == b or not date_a or not date_b then return nil end
  return { { "write", a, with_line(text_a, "date", date_b) }, { "write", b, with_line(text_b, "date", date_a) } }
end

--- ---- broken, and mended later

edits.broken = of_text(function(text) return with_line(text, "broken", "[ never closed") end)

function edits.mended(site)
  local list = {}
  for _, path in ipairs(site:articles()) do
    local text = site:read(path)
    if text:find("\nbroken: [ never closed\n", 1, true) then list[#list + 1] = { "write", path, without_line(text, "broken") } end
  end
  return #list > 0 and list or nil
end

--- ---- terms, and what no file holds

function edits.term(site)
  local path = "content/" .. pick { "economy", "culture", "news", "authors/anna-berg", "tags/river", "tags/ferry" } .. "/_index.md"
  if site:exists(path) and once(4) then return { { "remove", path } } end
  return { { "write", path, ("---\ntitle: %s %d\nsummary: %s\n---\n%s\n"):format(pick(chance.words), site:serial(), some(4), some(9)) } }
end

function edits.put(site)
  return { { "put", ([[
local store <close> = assert(lede.store.open(arg[1]))
local known = store:get("/wire/%d/")
assert(store:put({ id = known and known.id, title = %q, section = "Wire", url = "/wire/%d/", tags = { %q },
  date = assert(lede.time.parse(%q)), body = %q }, { who = "wire", revision = known and known.revision }))
]]):gsub("%%d", tostring(math.random(3))):format(some(3), pick(chance.words), chance.moment(site:now(), 90, -1), some(12)) } }
end

return edits
