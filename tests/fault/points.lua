--- points.lua WORK LANE LANES POINTS ALLOCATIONS [SEED]: publishes small sites with the injector (WORK/inject.so), disturbed at the n-th call.
--- And kills some, POINTS of each scene, at random moments.
---
--- After each: the site that is live is the old one or the new one, whole; a refusal ends with a status, not a signal, and names the
--- file; status 0 means that the new site is live; and a plain publication afterwards needs no hand work and gives the new site. What a
--- plugin wants told of the new site waits in the outbox then.
local work, lane, lanes, points = arg[1], math.tointeger(tonumber(arg[2])), math.tointeger(tonumber(arg[3])), math.tointeger(tonumber(arg[4]))
local allocations = math.tointeger(tonumber(arg[5])) -- nil: all; of each scene
require("lede.host").set_site_root("tests/fault")
local board_of = require("lib.board")
local fs = require("lede.fs")
local process = require("lede.process")
local scenes = require("lib.scenes")
local tree = require("lib.tree")

local now_us = require("lede.publish.stages").now_us

local program = require("lede.host").program()
local here = work .. "/" .. lane
local site, board = here .. "/site", here .. "/board"
local AT = "2025-01-01T00:00:00Z" -- the same edition, whenever it is made

--- What is done at which kind of call.
local campaigns = {
  { name = "killed, one process", kind = "operation", how = "kill" },
  { name = "killed, all processes", kind = "operation", how = "all" },
  { name = "EIO", kind = "operation", how = "5", refuses = true },
  { name = "ENOSPC", kind = "operation", how = "28", refuses = true },
  { name = "EIO in reading", kind = "read", how = "5", refuses = true },
  { name = "no memory", kind = "allocation", how = "12", refuses = true, names_nothing = true },
}

--- ---- publishing

local function publish(env, timeout)
  return process.run { program, "publish", "-s", site, "--at", AT, "-j", "1", env = env, timeout = timeout or 60 }
end

local function disturbed(campaign, n, timeout)
  board_of.clear(board)
  return publish({ LD_PRELOAD = work .. "/inject.so", FAULT_BOARD = board, FAULT_BELOW = site, FAULT_KIND = campaign.kind, FAULT_AT = tostring(n),
    FAULT_HOW = campaign.how }, timeout)
end

--- ---- scenes

local function copy(from, to) assert(os.execute(("rm -rf '%s' && cp -a '%s' '%s'"):format(to, from, to))) end

--- Makes a scene and learns its old and new site, and how many calls of each kind an undisturbed publication makes.
local function stage(scene)
  assert(os.execute(("rm -rf '%s' && mkdir -p '%s/plugins' && cp -r examples/minimal-layout/plugins/plain tests/fault/plugins/tell '%s/plugins'"):format(site, site, site)))
  scene.make(site, function()
    local result = assert(publish())
    assert(result.status == 0, result.err)
  end)
  copy(site, here .. "/kept")
  local staged = { name = scene.name, told = scene.told, old = tree.read(site .. "/public") }
  local began = now_us()
  local result = assert(disturbed({ kind = "none", how = "0" }, 0))
  assert(result.status == 0, result.err)
  staged.seconds = (now_us() - began) / 1e6
  staged.new, staged.calls = tree.read(site .. "/public"), board_of.read(board)
  assert(tree.differ(staged.old, staged.new), "the scene changes nothing")
  assert(not tree.lies(site .. "/public"), "the manifest of an undisturbed publication")
  return staged
end

--- ---- judging

--- The file itself, a folder it lies in, or the page for which it was wanted.
local function names_its_file(staged, result, path)
  for part in path:sub(#site + 2):gmatch("[^/]+") do
    if result.err:find(part, 1, true) then return true end
  end
  for name in result.err:gmatch("'([^']+)'") do
    if staged.new[name] or staged.old and staged.old[name] or name:sub(1, #site) == site then return true end
  end
  return false
end

--- A file of content/ that cannot be read costs its article alone, which is said (handbook, section 10): the site is neither the old
--- nor the new one.
local function is_an_articles(hit) return hit.path:find("/site/content/", 1, true) and (hit.operation:find("open") or hit.operation:find("read")) end

--- What a disturbed publication left: nil, or what is wrong.
local function wrong_now(staged, campaign, result, hit)
  local live = tree.read(site .. "/public")
  local not_old, not_new = tree.differ(live, staged.old), tree.differ(live, staged.new)
  local partly = not_old and not_new and campaign.refuses and result.status == 1 and is_an_articles(hit)
  if not_old and not_new and not partly then return ("torn: not the old site in '%s', not the new one in '%s'"):format(not_old, not_new) end
  if live and tree.lies(site .. "/public") then return "the manifest is wrong about " .. tree.lies(site .. "/public") end
  if not campaign.refuses then return nil end
  if result.signal then return "ended by signal " .. result.signal .. ": " .. result.err end
  if result.status == 0 then return not_new and "status 0, and the new site is not live" or nil end
  if result.err == "" then return "status " .. result.status .. " and no word" end
  return not campaign.names_nothing and not names_its_file(staged, result, hit.path) and "the file is not named: " .. result.err or nil
end

--- The control: one byte more in one page is seen by the judge.
local function control(staged)
  local page <close> = assert(io.open(site .. "/public/index.html", "ab"))
  page:write(".")
  page:close()
  local words = wrong_now(staged, { refuses = true }, { status = 0 }, { faults = 0 })
  assert(words and words:find("torn: .*index.html"), "the judge is blind")
end

local allowed = { content = true, static = true, plugins = true, public = true, var = true, ["lede.lua"] = true, [".public.lock"] = true,
  [".public.standby"] = true, [".public.standby2"] = true, ["lede.db"] = true, ["publications.log"] = true, edition = true, records = true,
  pictures = true, history = true, [".public.changes"] = true }

--- Whether something lies about that an undisturbed life does not leave.
local function litter()
  local found = assert(process.run { "find", site, site .. "/var", "-mindepth", "1", "-maxdepth", "1", "-printf", "%f\n" })
  for name in found.out:gmatch("[^\n]+") do
    if not allowed[name] then return name end
  end
  local halves = assert(process.run { "find", site .. "/var", "-name", "*.new" })
  return halves.out:match("[^\n]+")
end

--- Of what differs, the first that nobody would be told: no row of the outbox waits for it.
local function untold(staged)
  local result = assert(process.run { program, "deliver", "-s", site, "--state", "waiting", "--json" })
  local known = {}
  for _, row in ipairs(lede.json.decode(result.out)) do known[row.key] = true end
  for path, bytes in pairs(staged.new) do
    local is_other = path ~= ".lede-manifest" and bytes ~= staged.old[path]
    if is_other and not known[lede.hash.sha256(bytes) .. " " .. path] then return path end
  end
  for path in pairs(staged.old) do
    if not staged.new[path] and not known["- " .. path] then return path end
  end
end

local function wrong_after(staged)
  local result = assert(publish())
  if result.status ~= 0 then return "the next publication ended with " .. tostring(result.status or result.signal) .. ": " .. result.err end
  local path = tree.differ(tree.read(site .. "/public"), staged.new)
  if path then return "the next publication did not give the new site: " .. path end
  if tree.lies(site .. "/public") then return "the next publication's manifest is wrong about " .. tree.lies(site .. "/public") end
  local path_untold = staged.told and untold(staged)
  if path_untold then return "nobody is told of " .. path_untold end
  local left = litter()
  return left and "left behind: " .. left
end

--- ---- campaigns

local totals = { passed = 0, failed = 0, struck = 0, refused = 0, ends = 0, leaks = 0 }
local shown = {}

local function complain(staged, campaign, n, hit, words)
  totals.failed = totals.failed + 1
  local kind = campaign.name .. words:sub(1, 40)
  shown[kind] = (shown[kind] or 0) + 1
  if shown[kind] > 5 then return end
  print(("FAILED: %s publication, %s at %s %d (%s '%s'): %s"):format(staged.name, campaign.name, campaign.kind, n, hit.operation, hit.path, words))
end

--- More blocks than an undisturbed publication leaves: leaked on the way out. Where libuv cannot grow its lists the process ends at
--- once, by design and with words (src/loop/loop.c): there is no way out to leak on.
local function leaked(staged, result, hit)
  if not result.status or result.err:find("the loop is out of memory", 1, true) then return nil end
  local more = hit.blocks - staged.calls.blocks
  return more > 0 and more
end

local function try(staged, campaign, n, timeout)
  copy(here .. "/kept", site)
  local result, err = disturbed(campaign, n, timeout)
  if not result and err.code ~= "timeout" then error(err) end
  result = result or { signal = 9 } -- with all that it started
  local hit = board_of.read(board)
  totals.struck, totals.ends = totals.struck + hit.hit, totals.ends + hit.aborts + hit.faults
  totals.refused = totals.refused + (campaign.refuses and result.status ~= 0 and 1 or 0)
  local words = wrong_now(staged, campaign, result, hit)
  if words and result.err and result.err ~= "" then words = words .. "; it said: " .. result.err:gsub("%s+$", "") end
  local blocks = campaign.names_nothing and leaked(staged, result, hit)
  if blocks then
    totals.leaks = totals.leaks + 1
    words = words or ("leaked %d blocks"):format(blocks)
  end
  words = words or wrong_after(staged)
  if words then return complain(staged, campaign, n, hit, words) end
  totals.passed = totals.passed + 1
end

--- Every point, or so many of them, evenly; this lane's share.
local function points_of(count, most)
  local list, step = {}, most and math.max(1, count / most) or 1
  local i = 0
  for at = 1, count, step do
    i = i + 1
    if i % lanes == lane % lanes then list[#list + 1] = math.floor(at) end
  end
  return list
end

--- Kills at random moments: all processes at some time, and one of them at some allocation.
local function at_random(staged)
  local before, count = totals.failed, points and math.ceil(points / lanes) or 500 // lanes // #scenes.list + 1
  for i = 1, count do
    if i % 2 == 0 then
      try(staged, { name = "killed by time", kind = "none", how = "0" }, 0, math.random() * staged.seconds * 1.1)
    else
      try(staged, { name = "killed somewhere", kind = "allocation", how = "kill" }, math.random(staged.calls.allocations))
    end
  end
  print(("note: %s publication, lane %d, killed at random: %d, %d wrong"):format(staged.name, lane, count, totals.failed - before))
end

local function run()
  assert(fs.mkdir(here))
  math.randomseed(tonumber(arg[6]) or lane)
  local counts = { operation = "operations", read = "reads", allocation = "allocations" }
  for _, scene in ipairs(scenes.list) do
    local staged = stage(scene)
    control(staged)
    for _, campaign in ipairs(campaigns) do
      local list = points_of(staged.calls[counts[campaign.kind]], campaign.names_nothing and allocations or points)
      local before = totals.failed
      for _, n in ipairs(list) do try(staged, campaign, n) end
      print(("note: %s publication, lane %d, %s: %d of %d %ss, %d wrong"):format(scene.name, lane, campaign.name, #list,
        staged.calls[counts[campaign.kind]], campaign.kind, totals.failed - before))
    end
    at_random(staged)
  end
  print(("note: lane %d: %d struck, %d of them ended with a status, %d workers ended by a library's abort or fault and were replaced, %d leaks"):format(
    lane, totals.struck, totals.refused, totals.ends, totals.leaks))
  print(("%d passed, %d failed"):format(totals.passed, totals.failed))
  return totals.failed == 0 and 0 or 1
end

return run()
