--- lede article list | show REF | history REF: what the store has.
local workspace = require("lede.workspace")

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

return function(lede, args)
  local what, ref = args[1], args[2]
  local verbs = { list = list, show = show, history = history }
  if not verbs[what] or (what ~= "list" and not ref) then
    return nil, "article list | show REF | history REF; REF is an id, a URL path or a source file", 2
  end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  if site.store:find("^sqlite:") and not lede.fs.exists((site.store:gsub("^sqlite:", ""))) then
    return nil, "there is no store yet; lede publish makes it"
  end
  local store <close>, err = lede.store.open(site.store)
  if not store then return nil, err end
  if what == "list" then return list(lede, store, args) end
  return verbs[what](lede, store, ref, args)
end
