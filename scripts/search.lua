--- lede search QUERY: articles by their words.
local host = require("lede.host")
local lede_search = require("lede.search")
local workspace = require("lede.workspace")

local MANY <const> = 500 -- articles: to index fewer takes no time worth a word
local BUSY = { busy = 75 }

--- The words that were looked for stand out: bold on a terminal.
local function marked(item, color)
  if not color then return item.snippet end
  local out, at = {}, 1
  for _, mark in ipairs(item.marks) do
    out[#out + 1] = item.snippet:sub(at, mark[1] - 1) .. "\27[1m" .. item.snippet:sub(mark[1], mark[2]) .. "\27[22m"
    at = mark[2] + 1
  end
  return table.concat(out) .. item.snippet:sub(at)
end

--- Control characters could drive a terminal.
local function clean(text) return (text:gsub("%c", " ")) end

local function print_items(lede, found, color)
  for i, item in ipairs(found.items) do
    item.snippet = clean(item.snippet)
    local when = item.date ~= 0 and lede.time.format(item.date, "%Y-%m-%d") or "----------"
    local state = item.state ~= "published" and item.state ~= "corrected" and "  (" .. item.state .. ")" or ""
    print(("%3d. %s  %s  %s%s"):format(i, when, clean(item.title), item.url, state))
    if item.snippet ~= "" then print("     " .. marked(item, color)) end
  end
end

--- What --json prints: marks are pairs of first byte, from 0, and length.
local function print_json(lede, found)
  for _, item in ipairs(found.items) do
    item.date = lede.time.rfc3339(item.date)
    for i, mark in ipairs(item.marks) do item.marks[i] = { mark[1] - 1, mark[2] - mark[1] + 1 } end
    lede.json.array(item.marks)
  end
  lede.json.array(found.items)
  print(lede.json.encode(found))
end

local function update(lede, search, args)
  local behind, err = search:behind()
  if not behind then return nil, err end
  if behind >= MANY and not args.quiet then lede.log.info(("search: indexing %s articles"):format(lede.text.number(behind))) end
  return search:update(not args.quiet and host.is_terminal(2))
end

return function(lede, args)
  if not args[1] then return nil, 'search QUERY; words, "phrases", prefix*, -without, title: section: author: tag: lang: before: after:', 2 end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  if site.store:find("^sqlite:") and not lede.fs.exists((site.store:gsub("^sqlite:", ""))) then
    return nil, "there is no store yet: publish, or import articles"
  end
  local search <close>, err = lede_search.open(site.store, site.search)
  if not search then return nil, err, BUSY[err.code] end
  local indexed, refused = update(lede, search, args)
  if not indexed then return nil, refused, BUSY[refused.code] end
  local found, problem = search:find(table.concat(args, " "), { limit = args.limit, all = args.all, zone = site.config.timezone })
  if not found then return nil, problem, problem.code ~= "io" and 2 or nil end
  if args.json then
    print_json(lede, found)
    return 0
  end
  print_items(lede, found, host.is_terminal(1) and not os.getenv("NO_COLOR"))
  if found.total > #found.items and not args.quiet then io.stderr:write(("… %d of %d; more with --limit N\n"):format(#found.items, found.total)) end
  if found.total == 0 and not args.quiet then io.stderr:write("nothing is found\n") end
  return 0
end
