--- lede plan: what lede publish would write, remove and redirect, and why. Changes nothing.
local publish = require("lede.publish")
local reasons = require("lede.reasons")
local workspace = require("lede.workspace")

local PAGES_SHOWN = 5
local EXIT = { busy = 75, canceled = 130 }

local function say(...)
  io.stderr:write(...)
  io.stderr:write("\n")
end

local function place_of(change) return change.url or "/" .. change.path end

--- Changes of one kind, grouped by their reasons: reasons in order of words, pages in order of paths.
local function group(plan, root, belongs)
  local by_reason, groups, count = {}, {}, 0
  for _, change in ipairs(plan.changes) do
    if belongs(change) then
      local words = plan.whole == "first" and "nothing is published yet" or reasons.words(change, root)
      local one = by_reason[words]
      if not one then
        one = { reason = words, places = {} }
        by_reason[words], groups[#groups + 1] = one, one
      end
      one.places[#one.places + 1] = place_of(change)
      count = count + 1
    end
  end
  table.sort(groups, function(a, b) return a.reason < b.reason end)
  for _, one in ipairs(groups) do table.sort(one.places) end
  return groups, count
end

local function print_groups(title, groups, count, verbose)
  if count == 0 then return end
  print(("%s: %d"):format(title, count))
  for _, one in ipairs(groups) do
    print("  " .. one.reason)
    local shown = (verbose or #one.places <= PAGES_SHOWN + 1) and #one.places or PAGES_SHOWN
    for i = 1, shown do print("    " .. one.places[i]) end
    if shown < #one.places then print(("    and %d more; -v shows all"):format(#one.places - shown)) end
  end
end

local function print_redirects(redirects, verbose)
  if #redirects == 0 then return end
  print(("redirected: %d"):format(#redirects))
  local shown = (verbose or #redirects <= PAGES_SHOWN + 1) and #redirects or PAGES_SHOWN
  for i = 1, shown do print(("  %s -> %s"):format(redirects[i].from, redirects[i].to or "nowhere any more")) end
  if shown < #redirects then print(("  and %d more; -v shows all"):format(#redirects - shown)) end
end

local function print_shifts(changes)
  for _, shift in ipairs(reasons.shifts(changes)) do
    local pages = shift.first == shift.last and "page " .. shift.first or ("pages %d to %d"):format(shift.first, shift.last)
    print(("shifted: archive %s of %s: an article came or went among older ones"):format(pages, shift.list))
  end
end

local function is_gone(change) return change.what == "gone" end
local function is_page(change) return change.what ~= "gone" and not change.file end
local function is_file(change) return change.what ~= "gone" and change.file ~= nil end

local function print_plan(plan, root, verbose)
  for _, failure in ipairs(plan.failed) do say(("error: %s (%s): %s"):format(failure.path, failure.source, failure.message)) end
  if plan.whole and plan.whole ~= "first" then say("every page is looked at: ", reasons.whole(plan.whole)) end
  if #plan.changes == 0 and #plan.redirects == 0 then return print("nothing to do: the site is as it would be published") end
  for _, part in ipairs { { "made", is_page }, { "copied", is_file }, { "removed", is_gone } } do
    local groups, count = group(plan, root, part[2])
    print_groups(part[1], groups, count, verbose)
  end
  print_redirects(plan.redirects, verbose)
  print_shifts(plan.changes)
end

local function print_json(lede, plan, root)
  for _, change in ipairs(plan.changes) do change.reason = reasons.words(change, root) end
  plan.shifts = lede.json.array(reasons.shifts(plan.changes))
  if plan.sync then plan.sync.files = nil end
  plan.whole_reason = reasons.whole(plan.whole)
  print(lede.json.encode(plan))
end

local function print_next(lede, coming, zone, as_json)
  local at = coming.at and lede.time.rfc3339(coming.at, zone)
  if as_json then return print(lede.json.encode { at = at or lede.json.null, articles = lede.json.array(coming.articles) }) end
  if not at then return say("nothing changes by itself any more") end
  for _, article in ipairs(coming.articles) do
    print(("%s\t%s\t%s"):format(at, article.what, article.article and "content/" .. article.article or article.url))
  end
end

local function fail(lede, err)
  lede.log.info(err)
  return nil, "nothing was changed", type(err) == "table" and EXIT[err.code] or nil
end

return function(lede, args)
  if args[1] then return nil, "plan takes no words", 2 end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  if args.next then
    local coming, err = publish.next(site, { after = args.at, sync = not args.no_sync })
    if not coming then return fail(lede, err) end
    print_next(lede, coming, site.config.timezone, args.json)
    return 0
  end
  local plan, err = publish.plan(site, { jobs = args.jobs, at = args.at, drafts = args.drafts, full = args.full, sync = not args.no_sync })
  if not plan then return fail(lede, err) end
  if args.json then print_json(lede, plan, site.root) else print_plan(plan, site.root, args.verbose) end
  return #plan.failed == 0 and (not plan.sync or plan.sync.broken == 0) and 0 or 1
end
