--- lede article list | show REF | history REF | correct REF | withdraw REF | purge REF: what the store has.
local corrections = require("lede.corrections")
local front_matter = require("lede.front_matter")
local journal = require("lede.journal")
local lede_history = require("lede.history")
local outbox = require("lede.outbox")
local withheld = require("lede.withheld")
local workspace = require("lede.workspace")

local BUSY = { busy = 75 }
local HIDDEN = { draft = true, withdrawn = true, expired = true, review = true }

local function has_tag(article, tag)
  for _, t in ipairs(article.tags or {}) do
    if t == tag then return true end
  end
  return false
end

local function wanted(article, args)
  if args.state then
    if article.state ~= args.state then return false end
  elseif not args.all and HIDDEN[article.state] then
    return false
  end
  if args.section and article.section_slug ~= args.section and article.section ~= args.section then return false end
  return not args.tag or has_tag(article, args.tag)
end

local function by_newest(a, b)
  if a.date ~= b.date then return a.date > b.date end
  return a.id < b.id
end

--- What --json prints of an article: as it is stored, times as RFC 3339.
local function plain(lede, article)
  local out = {}
  for key, value in pairs(article) do out[key] = value end
  for _, key in ipairs { "date", "updated", "embargo", "expires", "origin_published", "changed_at" } do
    if out[key] then out[key] = lede.time.rfc3339(out[key]) end
  end
  out.source = article.path
  return out
end

local function list(lede, store, args)
  local found = {}
  for _, article in ipairs(assert(store:articles {})) do
    if wanted(article, args) then found[#found + 1] = article end
  end
  table.sort(found, by_newest)
  local limit = args.limit or (args.all and #found) or 50
  local rows = table.move(found, 1, math.min(limit, #found), 1, {})
  if args.json then
    local out = lede.json.array {}
    for i, article in ipairs(rows) do out[i] = plain(lede, article) end
    print(lede.json.encode(out))
    return 0
  end
  for _, article in ipairs(rows) do
    print(("%s  %-10s %-9s %s"):format(lede.time.format(article.date, "%Y-%m-%d"), article.state, article.section_slug or "", article.title))
  end
  if #rows < #found and not args.quiet then io.stderr:write(("… %d of %d; more with --limit N\n"):format(#rows, #found)) end
  return 0
end

local function show(lede, store, ref, args)
  local article, err = store:get(ref)
  if not article then return nil, err end
  if args.json then
    print(lede.json.encode(plain(lede, article)))
    return 0
  end
  local keys = {}
  for key in pairs(article) do keys[#keys + 1] = key end
  table.sort(keys)
  local shown = plain(lede, article)
  for _, key in ipairs(keys) do
    if key ~= "body" then
      local value = shown[key]
      print(("%-16s %s"):format(key, type(value) == "table" and lede.json.encode(value) or tostring(value)))
    end
  end
  print("\n" .. article.body)
  return 0
end

local function history(lede, store, ref, args)
  local revisions, err = store:history(ref)
  if not revisions then return nil, err end
  if args.json then
    local out = lede.json.array {}
    for i, r in ipairs(revisions) do
      out[i] = { number = r.number, seq = r.seq, at = lede.time.rfc3339(r.at), who = r.who, what = r.what, title = r.article.title, state = r.article.state }
    end
    print(lede.json.encode(out))
    return 0
  end
  for _, r in ipairs(revisions) do
    print(("%3d  %s  %-10s %-30s %s"):format(r.number, lede.time.rfc3339(r.at), r.who or "", r.what or "", r.article.title))
  end
  return 0
end

local function say(...)
  io.stderr:write(...)
  io.stderr:write("\n")
end

--- The file of content/ that an article belongs to, if it is there.
local function file_of(lede, site, article)
  local file = article.path and site.root .. "/" .. site.config.content .. "/" .. article.path
  return file and lede.fs.exists(file) and site.config.content .. "/" .. article.path or nil
end

local function withdraw(lede, store, ref, args, site)
  local article, err = store:get(ref)
  if not article then return nil, tostring(err) end
  if article.state == "withdrawn" then
    say("it is withdrawn already")
    return 0
  end
  local file = file_of(lede, site, article)
  if file then return nil, ("this article belongs to %s: write 'status: withdrawn' there, or delete the file"):format(file) end
  article.state = "withdrawn"
  local what = "withdrawn" .. (args.reason and ": " .. args.reason or "")
  local revision, refused = store:put(article, { who = os.getenv("USER") or "lede", what = what, revision = article.revision })
  if not revision then return nil, tostring(refused) end
  if not args.quiet then say(("%s is withdrawn; lede publish takes it from the site"):format(article.url)) end
  return 0
end

--- Writes the correction where the article's words are kept: its file, or the store. Gives where, or nil and why not.
local function write_correction(lede, store, article, at, words, site)
  local file = file_of(lede, site, article)
  if not file then
    local lines = article.corrections or {}
    lines[#lines + 1] = corrections.line(at, words)
    article.corrections = lines
    if article.state == "published" then article.state = "corrected" end
    local revision, refused = store:put(article, { who = os.getenv("USER") or "lede", what = "corrected: " .. words, revision = article.revision })
    return revision and "the store", revision == nil and tostring(refused) or nil
  end
  local path = site.root .. "/" .. file
  local source, err = lede.fs.read(path)
  if not source then return nil, tostring(err) end
  local changed, problem = front_matter.add_correction(source, lede.time.rfc3339(at, site.config.timezone), words)
  if not changed then return nil, ("%s: %s; write there: corrections: a list of { date, text }"):format(file, problem) end
  local ok, refused = lede.fs.write(path, changed)
  return ok and file, not ok and tostring(refused) or nil
end

local function correct(lede, store, ref, args, site)
  local words = (args.text or ""):gsub("%s+", " "):match("^ ?(.-) ?$")
  if words == "" then return nil, "what was wrong? --text \"An earlier version said …\"", 2 end
  local at, wrong = os.time(), nil
  if args.date then at, wrong = lede.time.parse(args.date, { zone = site.config.timezone }) end
  if not at then return nil, tostring(wrong), 2 end
  local article, err = store:get(ref)
  if not article then return nil, tostring(err) end
  local where, problem = write_correction(lede, store, article, at, words, site)
  if not where then return nil, problem end
  if args.json then
    print(lede.json.encode { id = article.id, at = lede.time.rfc3339(at), text = words, where = where })
  elseif not args.quiet then
    say(("%s is corrected in %s; lede publish shows it"):format(article.url, where))
  end
  return 0
end

--- Everything that holds the article but the store: files of earlier sites, edition, index of words, trees beside the live one.
local function purge_traces(lede, site, texts)
  local removed, err = lede_history.forget(site.history, texts)
  if not removed then return nil, err end
  local forgotten, refused = journal.forget(site, texts)
  if not forgotten then return nil, refused end
  for _, folder in ipairs { site.edition, site.search, site.kept } do
    for _, path in ipairs(lede.fs.is_dir(folder) and assert(lede.fs.walk(folder)) or {}) do
      local ok, problem = os.remove(folder .. "/" .. path)
      if not ok then return nil, problem end
    end
  end
  if lede.fs.exists(site.output) then
    local ok, problem = lede_history.drop_retired(site.output)
    if not ok then return nil, problem end
  end
  return removed
end

local function purge(lede, store, ref, args, site)
  local revisions, err = store:history(ref)
  if not revisions then return nil, tostring(err) end
  local article = revisions[1].article
  local file = file_of(lede, site, article)
  if file then return nil, ("delete %s first: it would bring the article back"):format(file) end
  if withheld.is_public(article, os.time()) then return nil, ("%s is public: withdraw it (lede article withdraw %s) and publish first"):format(article.url, article.id) end
  local texts = withheld.texts_of(revisions, site.config.base_url)
  local told, unknown = outbox.forget(store, texts)
  if not told then return nil, tostring(unknown) end
  local removed, problem = purge_traces(lede, site, texts)
  if not removed then return nil, tostring(problem), type(problem) == "table" and BUSY[problem.code] or nil end
  local id, refused = store:purge(article.id)
  if not id then return nil, tostring(refused), BUSY[refused.code] end
  if args.json then
    print(lede.json.encode { id = id, revisions = #revisions, files = removed })
  elseif not args.quiet then
    say(("removed for good: %s (%s), %d versions of it, %d files of earlier sites, the trees beside %s, the edition and the index of words"):format(id, article.title, #revisions, removed, site.output))
    say("what was delivered elsewhere, and backups, are not lede's to remove")
  end
  return 0
end

return function(lede, args)
  local what, ref = args[1], args[2]
  local verbs = { list = list, show = show, history = history, correct = correct, withdraw = withdraw, purge = purge }
  if not verbs[what] or (what ~= "list" and not ref) then
    return nil, "article list | show REF | history REF | correct REF | withdraw REF | purge REF; REF is an id, a URL path or a source file", 2
  end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  if site.store:find("^sqlite:") and not lede.fs.exists((site.store:gsub("^sqlite:", ""))) then
    return nil, "there is no store yet; lede publish makes it"
  end
  local store <close>, err = lede.store.open(site.store)
  if not store then return nil, err end
  if what == "list" then return list(lede, store, args) end
  return verbs[what](lede, store, ref, args, site)
end
