--- lede.preview.newsroom: what stands below /_lede/: the newsroom's own pages, and what the bar asks for. Pages are templates
--- like any other, read whole without JavaScript.

local host = require("lede.host")
local json = require("lede.json")
local journal = require("lede.journal")
local process = require("lede.process")
local reasons = require("lede.reasons")
local related_words = require("lede.related_words")
local source = require("lede.preview.source")
local store = require("lede.store")
local template = require("lede.template")
local time = require("lede.time")

local M = {}

local HTML, JSON = "text/html; charset=utf-8", "application/json"
local LISTED, SLOWEST, PARTS, PUBLICATIONS, CAUSES, READS_MAX, RELATED = 8, 8, 12, 30, 3, 400, 12
local STATES = { "draft", "review", "scheduled", "embargoed", "published", "corrected", "expired", "withdrawn" }

local function part(name) return assert(host.embedded("lede.preview." .. name)) end

--- Contents that never change while the preview runs.
function M.install(session)
  local preview = session.preview
  preview:fixed("/_lede/preview.js", part("client.js"), "text/javascript; charset=utf-8")
  preview:fixed("/_lede/preview.css", part("client.css"), "text/css; charset=utf-8")
  preview:fixed("/_lede/newsroom.css", part("newsroom.css"), "text/css; charset=utf-8")
  preview:fixed("broken", part("broken.html"), HTML)
  preview:fixed("not found", part("missing.html"), HTML)
end

--- ---- the query of a request

local function decode(s)
  return (s:gsub("+", " "):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function parameters(query)
  local found = {}
  for name, value in query:gmatch("([^&=]+)=([^&]*)") do found[decode(name)] = decode(value) end
  return found
end

--- ---- a page: what it is made of

local function short_file(session, path)
  local root, plugins = session.workspace.root .. "/", session.workspace.plugin_dir:match("^(.*)/[^/]+$") .. "/"
  if path:sub(1, #root) == root then return path:sub(#root + 1) end
  if path:sub(1, #plugins) == plugins then return path:sub(#plugins + 1) end
  return path
end

local GROUPS = {
  { kinds = { card = true, body = true }, name = "Articles" },
  { kinds = { query = true, count = true, neighbours = true, translations = true }, name = "Lists" },
  { kinds = { term = true, terms = true }, name = "Sections and tags" },
  { kinds = { data = true, config = true, clock = true, missing = true }, name = "Facts" },
  { kinds = { file = true }, name = "Templates and modules" },
}

--- Lists are named by the article that they belong to: "ID +1" is the next, "ID -1" the one before, "ID 4" four related ones.
local function describe_list(session, read)
  local id, rest = read.key:match("^(%w+) ?(.*)$")
  local article = (read.kind == "neighbours" or read.kind == "translations") and session.preview:article(id)
  if not article then return (read.kind == "count" and "how many: " or "articles: ") .. read.key end
  local what = read.kind == "translations" and "translations of " or rest == "+1" and "the next after " or rest == "-1" and "the one before "
    or rest .. " related to "
  return what .. "“" .. article.title .. "”"
end

--- How a read is said to people, and where it leads.
local function describe(session, read)
  if read.kind == "card" or read.kind == "body" then
    local article = session.preview:article(read.key)
    return article and article.title or read.key, article and article.url
  elseif read.kind == "file" then
    return short_file(session, read.key)
  elseif GROUPS[2].kinds[read.kind] then
    return describe_list(session, read)
  elseif read.kind == "term" then
    return (read.key:gsub(":", " ", 1))
  elseif read.kind == "terms" then
    return "all " .. read.key .. "s"
  elseif read.key == "" then
    return read.kind
  end
  return read.kind .. " " .. read.key
end

--- What a page read, in groups, each thing once.
local function groups_of(session, reads)
  local groups = {}
  for _, group in ipairs(GROUPS) do
    local items, seen = {}, {}
    for _, read in ipairs(reads) do
      if group.kinds[read.kind] and #items < READS_MAX then
        local text, url = describe(session, read)
        if not seen[text] then items[#items + 1] = { text = text, url = url, kind = read.kind } end
        seen[text] = true
      end
    end
    table.sort(items, function(a, b) return a.text < b.text end)
    if #items > 0 then groups[#groups + 1] = { name = group.name, items = items } end
  end
  return groups
end

local function page_of(session, url)
  for _, page in ipairs(session.preview:pages()) do
    if page.url == url then return page end
  end
end

--- What the bar says of a page.
local function facts(session, url)
  local page = page_of(session, url)
  if not page then return nil end
  local article = session.preview:article(url)
  return {
    url = url, tag = page.tag, state = page.state, ms = page.ms, bytes = page.bytes,
    article = article and { title = article.title, state = article.state, file = article.path ~= "" and session.workspace.config.content .. "/" .. article.path or nil, date = time.rfc3339(article.date) },
    related = json.array(article and article.related or {}),
    groups = json.array(groups_of(session, session.preview:reads(url) or {})),
  }
end

--- ---- the source behind a passage

local function editor_order(file, line)
  local words = {}
  for word in (os.getenv("LEDE_EDITOR") or ""):gmatch("%S+") do
    words[#words + 1] = word:gsub("{file}", (file:gsub("%%", "%%%%"))):gsub("{line}", line)
  end
  words.timeout = 5
  return #words > 0 and words or nil
end

--- Where the passage stands; opens it in the editor that LEDE_EDITOR names ("code -g {file}:{line}").
local function open_source(session, body)
  local asked = json.decode(body)
  if type(asked) ~= "table" or type(asked.url) ~= "string" or type(asked.text) ~= "string" then return 400, { message = "url and text are wanted" } end
  local article = session.preview:article(asked.url)
  if not article or article.path == "" then return 404, { message = "this page has no article of content/ as its source" } end
  local file = session.workspace.config.content .. "/" .. article.path
  local line, err = source.line(session.workspace.root .. "/" .. file, asked.text)
  if not line then return 404, { message = err } end
  local order = editor_order(session.workspace.root .. "/" .. file, line)
  local opened = order and process.run(order)
  return 200, { file = file, path = session.workspace.root .. "/" .. file, line = line, opened = opened and opened.status == 0 or false }
end

--- ---- the newsroom

local function by_newest(a, b)
  if a.date ~= b.date then return a.date > b.date end
  return a.id < b.id
end

--- Articles of the store by state: how many, and the newest of each.
local function articles_by_state(session)
  local opened <close> = assert(store.open(session.workspace.store))
  local by_state, total = {}, 0
  for _, article in ipairs(assert(opened:articles {})) do
    local list = by_state[article.state] or {}
    by_state[article.state] = list
    list[#list + 1], total = article, total + 1
  end
  local states = {}
  for _, state in ipairs(STATES) do
    local list = by_state[state]
    if list then
      table.sort(list, by_newest)
      states[#states + 1] = { name = state, count = #list, share = #list / total, articles = table.move(list, 1, math.min(LISTED, #list), 1, {}) }
    end
  end
  return states, total
end

local function slowest_pages(session)
  local pages = session.preview:pages()
  table.sort(pages, function(a, b)
    if a.ms ~= b.ms then return a.ms > b.ms end
    return a.url < b.url
  end)
  return table.move(pages, 1, math.min(SLOWEST, #pages), 1, {})
end

--- Templates, hooks and routes by what they took themselves.
local function slowest_parts(session)
  local parts = session.preview:times()
  table.sort(parts, function(a, b)
    if a.ms ~= b.ms then return a.ms > b.ms end
    return a.name < b.name
  end)
  return table.move(parts, 1, math.min(PARTS, #parts), 1, {})
end

local function warnings_of(session)
  local all = {}
  for _, file in ipairs(session.warnings) do
    for _, note in ipairs(file.notes) do
      if not note.hint then all[#all + 1] = { file = file.path, line = note.line, level = note.level, message = note.message } end
    end
  end
  return all
end

--- The bars of the timeline: one a publication, as high as its time, the last one at the right.
local function timeline(publications)
  local bars, most = {}, 1
  for _, p in ipairs(publications) do most = math.max(most, p.ms or 0) end
  for i, p in ipairs(publications) do
    local share = math.sqrt((p.ms or 0) / most)
    bars[#publications - i + 1] = { height = math.max(3, math.floor(share * 72)), entry = p, failed = p.failed > 0 }
  end
  return bars
end

--- What made a publication's pages, each reason once, the first few: of many pages most have one reason.
local function causes(entry, root)
  if entry.kind == "whole" then return { reasons.whole(entry.whole) } end
  local list, seen = {}, {}
  for _, change in ipairs(entry.changes or {}) do
    local words = reasons.words(change, root)
    if not seen[words] and #list < CAUSES then list[#list + 1] = words end
    seen[words] = true
  end
  return list
end

local function last_publications(workspace)
  local list = {}
  for entry in journal.entries(workspace) do
    entry.causes = causes(entry, workspace.root)
    list[#list + 1] = entry
    if #list == PUBLICATIONS then break end
  end
  return list
end

local function render(name, env)
  env.part = part
  return template.render(part(name), env, name)
end

local function ago(seconds)
  for _, unit in ipairs { { 86400, "d" }, { 3600, "h" }, { 60, "min" } } do
    if seconds >= unit[1] then return ("%d %s ago"):format(seconds // unit[1], unit[2]) end
  end
  return "just now"
end

local function home(session)
  local states, total = articles_by_state(session)
  local publications = last_publications(session.workspace)
  local now, zone = host.now(), session.workspace.config.timezone
  return render("newsroom.html", {
    title = session.workspace.config.title, states = states, total = total, publications = publications, bars = timeline(publications),
    slowest = slowest_pages(session), parts = slowest_parts(session), warnings = warnings_of(session), problems = session:problems(), edition = session.edition,
    options = session.options, took = session.took, server = session.preview:state(),
    ago = function(t) return ago(math.max(0, now - t)) end,
    when = function(t) return time.format(t, "%Y-%m-%d %H:%M", { zone = zone }) end,
  })
end

--- The article's related ones with what brought each into the list; nil when the site does not compare texts.
local function related_of(session, url)
  if session.workspace.config.related.engine ~= "text" or not session.preview:article(url) or not session:catch_up() then return nil end
  local list = session.publication:related(url, RELATED)
  for _, item in ipairs(list and list.items or {}) do item.lines = related_words.of(item) end
  for _, item in ipairs(list and list.dropped or {}) do item.lines = { related_words.left_out(list, item) } end
  return list
end

--- The dependency view: the page in the middle, what it read at the left, what it is made with at the right. Below, why its
--- related articles are those.
local function why(session, url)
  local page = facts(session, url)
  local names = {}
  for _, other in ipairs(session.preview:pages()) do names[#names + 1] = other.url end
  table.sort(names)
  return render("why.html", { title = session.workspace.config.title, page = page, url = url, pages = names, related = page and related_of(session, url) })
end

--- Status, bytes and type for a request below /_lede/.
function M.answer(session, request)
  local asked = parameters(request.query)
  if request.path == "/_lede/" then return 200, home(session), HTML end
  if request.path == "/_lede/why" then return 200, why(session, asked.url or "/"), HTML end
  if request.path == "/_lede/page" then
    local page = facts(session, asked.url or "/")
    return page and 200 or 404, json.encode(page or { message = "nobody has asked for this page" }), JSON
  end
  if request.path == "/_lede/open" and request.method == "POST" then
    local status, answer = open_source(session, request.body)
    return status, json.encode(answer), JSON
  end
  return 404, "404 Not Found\n", "text/plain; charset=utf-8"
end

return M
