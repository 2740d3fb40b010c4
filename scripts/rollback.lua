--- lede rollback [N]: the site of N publications ago, live again.
local delivery = require("lede.delivery")
local history = require("lede.history")
local withheld = require("lede.withheld")
local workspace = require("lede.workspace")

local EXIT = { busy = 75 }

local function say(...)
  io.stderr:write(...)
  io.stderr:write("\n")
end

local function list(lede, site, args)
  local entries, err = history.list(site.history, site.output)
  if not entries then return nil, tostring(err) end
  if args.json then
    local out = lede.json.array {}
    for i, entry in ipairs(entries) do out[i] = { back = i, replaced = lede.time.rfc3339(entry.at), files = entry.files } end
    print(lede.json.encode(out))
    return 0
  end
  for i, entry in ipairs(entries) do print(("%3d  until %s  %d files differ from the next one"):format(i, lede.time.rfc3339(entry.at), entry.files)) end
  if #entries == 0 then say("there is no earlier site to go back to") end
  return 0
end

local function report_left_out(left_out)
  for _, file in ipairs(left_out) do say(("/%s stays as it is now: the earlier one has '%s', of a piece that is not public"):format(file.path, file.text)) end
end

return function(lede, args)
  local back = args[1] == nil and 1 or math.tointeger(tonumber(args[1]))
  if not back or back < 1 or back > 100000 or args[2] then return nil, "rollback [N]: how many publications back, 1 or more", 2 end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  if args.list then return list(lede, site, args) end
  local store <close>, err = lede.store.open(site.store)
  if not store then return nil, err end
  local never, problem = withheld.texts(store, os.time(), site.config.base_url)
  if not never then return nil, tostring(problem) end
  local registry, wrong = workspace.plugins(site)
  if not registry then return nil, wrong end
  local report, refused = history.go_back {
    history = site.history, dest = site.output, back = back, never = never, sync_disk = not args.no_fsync,
    sealed = delivery.keeper(site, registry, { is_rollback = true }),
  }
  if not report then return nil, tostring(refused), EXIT[refused.code] end
  delivery.released(site, registry)
  if args.json then
    lede.json.array(report.left_out)
    print(lede.json.encode(report))
  end
  if args.quiet then return 0 end
  report_left_out(report.left_out)
  say(report.changed and ("the site of %d publications ago is live: %d files brought back, %d removed"):format(back, report.written, report.removed)
    or "nothing to bring back: the site stays as it is")
  say("the next lede publish makes the site of the present articles again")
  return 0
end
