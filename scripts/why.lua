--- lede why URL: what a page of the live site read, and what made it the last time.
local publish = require("lede.publish")
local reasons = require("lede.reasons")
local workspace = require("lede.workspace")

local READS_SHOWN = 10

local function say(...)
  io.stderr:write(...)
  io.stderr:write("\n")
end

local function made_by(reading)
  local of = reading.of
  if reading.file then return "copied from " .. reading.file end
  if not of then return "a file of the site" end
  local route = ("route '%s' of plugin %s"):format(of.route, of.plugin)
  local what = of.article and "content/" .. of.article or of.article_url or of.term and (of.term:gsub(":", " ", 1))
  return (what and what .. ", by " or "by ") .. route .. (of.archive and (", archive page %d"):format(of.archive) or "")
end

local function last_words(lede, reading, site)
  local last, change = reading.last, reading.change
  if not last then return "the journal does not go back to when it was made" end
  local when = lede.time.rfc3339(last.at, site.config.timezone)
  local why = change and reasons.words(change, site.root) or "every page was looked at: " .. reasons.whole(last.whole)
  return ("%s (publication of %s)"):format(why, when)
end

--- Groups in order of their names, in each the words in order.
local function group(reads, root)
  local by_name, names = {}, {}
  for _, read in ipairs(reads) do
    local name, words = reasons.read(read, root)
    if not by_name[name] then by_name[name], names[#names + 1] = {}, name end
    table.insert(by_name[name], words)
  end
  table.sort(names)
  for _, name in ipairs(names) do table.sort(by_name[name]) end
  return names, by_name
end

local function print_reads(reads, root, verbose)
  local names, by_name = group(reads, root)
  for _, name in ipairs(names) do
    local list = by_name[name]
    local shown = (verbose or #list <= READS_SHOWN + 1) and #list or READS_SHOWN
    print(("%s: %d"):format(name, #list))
    for i = 1, shown do print("  " .. list[i]) end
    if shown < #list then print(("  and %d more; -v shows all"):format(#list - shown)) end
  end
end

return function(lede, args)
  if not args[1] or args[2] then return nil, "why URL: which page?", 2 end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local reading, err = publish.why(site, args[1])
  if not reading then return nil, tostring(err) end
  if args.json then
    reading.reason = last_words(lede, reading, site)
    print(lede.json.encode(reading))
    return 0
  end
  print(("/%s: %s"):format(reading.path, made_by(reading)))
  print("made: " .. last_words(lede, reading, site))
  if #reading.reads == 0 and reading.of then say("it is made each time: nothing is kept of what it read") end
  print_reads(reading.reads, site.root, args.verbose)
  return 0
end
