--- lede related --all | REF | tune: which articles a reader would want next.
local relating = require("lede.relating")
local related_tune = require("lede.related_tune")
local related_words = require("lede.related_words")
local workspace = require("lede.workspace")
local host = require("lede.host")

local SHOWN = 5

local function all(publication, args)
  local text, err = publication:related_tsv(args.limit)
  if not text then return nil, err end
  io.stdout:write(text)
  return 0
end

local function one(lede, publication, args)
  local list, err = publication:related(args[1], args.limit or SHOWN)
  if not list then return nil, err end
  if args.json then
    print(lede.json.encode(list))
    return 0
  end
  print(list.title .. "  " .. list.url)
  if #list.items == 0 then print("  nothing is near enough") end
  for i, item in ipairs(list.items) do
    local when = item.date ~= 0 and lede.time.format(item.date, "%Y-%m-%d") or "----------"
    print(("%3d. %s  %s  %s  %s"):format(i, item.pinned and "pinned" or ("%.4f"):format(item.score), when, item.title, item.url))
    for _, line in ipairs(args.why and related_words.of(item) or {}) do print("     " .. line) end
  end
  for _, item in ipairs(args.why and list.dropped or {}) do
    print(("  left out: %s  %s: %s"):format(item.title, item.url, related_words.left_out(list, item)))
  end
  return 0
end

local function tune(lede, site, publication, args)
  local store <close>, err = lede.store.open(site.store)
  if not store then return nil, err end
  local shown = {}
  for _, article in ipairs(assert(store:articles { bodies = true })) do
    if publication:shows(article.id) then shown[#shown + 1] = article end
  end
  local trials <close>, refused = publication:trials()
  if not trials then return nil, refused end
  local result, why = related_tune.run(trials, related_tune.questions(shown, site.config.base_url))
  if not result then return nil, why, 3 end
  if args.json then
    print(lede.json.encode(result))
    return 0
  end
  local best = result.best
  print(("%d articles link to earlier ones; %d chose among %d settings, %d judged."):format(result.questions, result.questions - result.judged, result.variants, result.judged))
  print(("nDCG@5 of their links: %.3f by default, %.3f by the best; gain %+.3f (95 %%: %+.3f to %+.3f)"):format(result.default_gain, result.best_gain, result.gain, result.low, result.high))
  if best == related_tune.default then
    print("The default is the best here; leave lede.lua as it is.")
  elseif result.low <= 0 then
    print("That may be chance: the default does as well.")
  end
  if best ~= related_tune.default then
    print(("  related = { bigrams = %g, tags = %g, recency = %g },"):format(best.bigrams, best.tags, best.recency))
  end
  return 0
end

return function(lede, args)
  if not args[1] and not args.all and not args.rebuild then return nil, "related REF [--why] | --all | --rebuild | tune; REF is an id, a URL path or a source file", 2 end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local publication <close>, err = relating.open(site, { jobs = args.jobs, rebuild = args.rebuild, progress = not args.quiet and host.is_terminal(2) })
  if not publication then return nil, err end
  if args.all then return all(publication, args) end
  if args[1] == "tune" then return tune(lede, site, publication, args) end
  if args[1] then return one(lede, publication, args) end
  return 0
end
