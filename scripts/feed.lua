--- lede feed diff OLD NEW | check --profile P FEED...: what a subscriber will see, and whether a partner will take it.
local feed_diff = require("lede.feed_diff")
local feed_profile = require("lede.feed_profile")
local feed_read = require("lede.feed_read")
local fs = require("lede.fs")
local http = require("lede.http")
local json = require("lede.json")

local FEED_BYTES <const> = 32 << 20

local function bytes_of(place, args)
  if not place:find("^https?://") then return fs.read(place) end
  local answer, err = http.get(place, { private = args.private, max_bytes = FEED_BYTES })
  if not answer then return nil, err end
  if not answer.ok then return nil, ("it answers %d"):format(answer.status) end
  return answer.body
end

--- A feed of a file or an address; nil and words.
local function read(place, args)
  local bytes, err = bytes_of(place, args)
  if not bytes then return nil, ("%s: %s"):format(place, tostring(err)) end
  local feed, why = feed_read.read(bytes)
  if not feed then return nil, ("%s: %s"):format(place, why) end
  return feed
end

local function print_items(word, items)
  for _, item in ipairs(items) do
    print(("%-10s %s  %s"):format(word, item.title or "(no title)", item.url or item.id))
    if item.fields then print("           " .. table.concat(item.fields, ", ")) end
  end
end

local function diff(args)
  if #args ~= 3 then return nil, "feed diff OLD NEW: two files or addresses", 2 end
  local old, new, err
  old, err = read(args[2], args)
  if old then new, err = read(args[3], args) end
  if not new then return nil, err end
  local found = feed_diff.of(old, new)
  if args.json then
    for _, list in pairs(found) do json.array(list) end
    print(json.encode(found))
    return 0
  end
  print_items("new", found.new)
  print_items("changed", found.changed)
  print_items("withdrawn", found.withdrawn)
  print_items("gone", found.gone)
  if not args.quiet then
    io.stderr:write(("%d new, %d changed, %d withdrawn, %d gone (readers keep those)\n"):format(#found.new, #found.changed, #found.withdrawn, #found.gone))
  end
  return 0
end

local function print_violation(place, violation)
  local of = violation.item and (" %s (%s):"):format(violation.title or "item " .. violation.item, violation.url or violation.id or "no address") or ""
  print(("%s:%s %s %s%s"):format(place, of, violation.field, violation.message, violation.remedy and "; " .. violation.remedy or ""))
end

local function check(args)
  if not args.profile then return nil, ("feed check --profile P FEED...: P is one of %s, or profiles/P.lua of the site"):format(table.concat(feed_profile.names, ", ")), 2 end
  if #args < 2 then return nil, "feed check --profile P FEED...: which feed? A file or an address", 2 end
  local profile, why = feed_profile.load(args.profile, args.source or ".")
  if not profile then return nil, why, 2 end
  local all = json.array {}
  for i = 2, #args do
    local feed, err = read(args[i], args)
    if not feed then return nil, err end
    for _, violation in ipairs(feed_profile.check(feed, profile)) do
      violation.feed = args[i]
      all[#all + 1] = violation
      if not args.json then print_violation(args[i], violation) end
    end
  end
  if args.json then print(json.encode(all)) end
  if not args.json and not args.quiet then io.stderr:write(("%s: %d violations\n"):format(profile.title, #all)) end
  return #all == 0 and 0 or 3
end

return function(_, args)
  if args[1] == "diff" then return diff(args) end
  if args[1] == "check" then return check(args) end
  return nil, "feed diff OLD NEW | feed check --profile P FEED...", 2
end
