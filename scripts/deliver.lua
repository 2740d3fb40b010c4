--- lede deliver: tells what waits in the outbox; --failed shows what was given up, --retry tries it again.
local deliver = require("lede.deliver")
local outbox = require("lede.outbox")
local workspace = require("lede.workspace")

local STATES = { "waiting", "held", "dead", "sent" }

local function say(...)
  io.stderr:write(...)
  io.stderr:write("\n")
end

local function print_rows(lede, rows, args)
  if args.json then
    for _, row in ipairs(rows) do row.data, row.holder = lede.json.decode(row.data ~= "" and row.data or "{}"), nil end
    print(lede.json.encode(lede.json.array(rows)))
    return
  end
  for _, row in ipairs(rows) do
    print(("%6d  %s: %s  %s  %d tries, %s  %s"):format(row.number, row.plugin, row.target, row.key, row.tries, lede.time.rfc3339(row.due_at // 1000), row.said))
  end
end

--- Rows of a state, the first due first.
local function show(lede, store, state, args)
  local rows, err = outbox.rows(store, { state = state, limit = args.limit })
  if not rows then return nil, tostring(err) end
  print_rows(lede, rows, args)
  if #rows == 0 and not args.json and not args.quiet then say(state == "dead" and "nothing was given up" or "nothing is " .. state) end
  return 0
end

local function print_report(lede, report, args)
  if args.json then return print(lede.json.encode(report)) end
  if args.quiet then return end
  say(("%d delivered, %d to be repeated, %d given up, %d waiting%s"):format(report.sent, report.failed, report.dead, report.waiting,
    report.next_at and ", the next " .. lede.time.rfc3339(math.max(report.next_at, outbox.now()) // 1000) or ""))
end

return function(lede, args)
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local state = args.state or (args.failed and "dead" or nil)
  if state and not table.concat(STATES, " "):find(state, 1, true) then return nil, "--state is one of " .. table.concat(STATES, ", "), 2 end
  do
    local store <close>, err = lede.store.open(site.store)
    if not store then return nil, tostring(err) end
    if args.retry then
      local count, problem = outbox.retry(store)
      if not count then return nil, tostring(problem) end
      if not args.quiet then say(("%d wait again"):format(count)) end
    elseif state then
      return show(lede, store, state, args)
    end
  end
  local registry, wrong = workspace.plugins(site)
  if not registry then return nil, wrong end
  local report, err = deliver.run(site, registry, {
    wait = args.wait, seconds = args.seconds, report = not args.quiet and say or nil,
  })
  if not report then return nil, tostring(err) end
  print_report(lede, report, args)
  return report.dead > 0 and 1 or 0
end
