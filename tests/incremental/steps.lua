--- steps.lua WORK EDITS SEED SITE: random edits of a site, a few at a time; after each time, what was published step by step must be,
--- byte for byte, what a publication from nothing makes of the same store. A failing run is shrunk to the fewest edits and printed
--- as a shell script. The last line counts.
local work, edits_wanted, seed, from = arg[1], math.tointeger(tonumber(arg[2])), math.tointeger(tonumber(arg[3])), arg[4]
require("lede.host").set_site_root("tests/incremental")
local judge = require("lib.judge")
local ops = require("lib.ops")
local shrink = require("lib.shrink")
local site_of = require("lib.site")

local SHRINK_SECONDS = tonumber(os.getenv("SHRINK")) or 180
local program = require("lede.host").program()

--- ---- which edits

--- Every kind of edit with its name, sorted; those of bodies and plugins are drawn more often than the rest.
local function kinds()
  local list = {}
  for _, module in ipairs { "lib.articles", "lib.code" } do
    for name, edit in pairs(require(module)) do list[#list + 1] = { name = name, edit = edit } end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  for _, often in ipairs { "body", "plugin", "new", "gone", "past", "clock" } do
    for i = 1, #list do
      if list[i].name == often then list[#list + 1] = list[i] end
    end
  end
  return list
end

--- One edit that has something to do, done.
local function some_edit(site, all)
  for _ = 1, 20 do
    local kind = all[math.random(#all)]
    local list = kind.edit(site)
    if list then
      site:apply(list)
      return list, kind.name
    end
  end
  return {}, "nothing"
end

--- ---- a run

--- Publishes what the steps say from a fresh copy; true when the last one is still wrong.
local function still_fails(steps, before)
  local site = site_of.new(from, before.work .. ".again", program)
  site.jobs = before.jobs
  local step = assert(judge.step(site))
  for _, list in ipairs(steps) do
    site:apply(list)
    local why
    step, why = judge.step(site)
    if not step then return why ~= nil end
  end
  return judge.whole(site, step) == nil
end

--- The fewest steps, then the fewest operations in each.
local function fewest(steps, site)
  local ends = os.time() + SHRINK_SECONDS
  local function fails(list)
    if os.time() > ends then return nil end
    return still_fails(list, site)
  end
  steps = shrink.list(steps, fails)
  local flat = {}
  for i, step in ipairs(steps) do
    for _, op in ipairs(step) do flat[#flat + 1] = { i, op } end
  end
  local function together(list)
    local grouped, number = {}, nil
    for _, pair in ipairs(list) do
      if pair[1] ~= number then grouped[#grouped + 1] = {} end
      number = pair[1]
      table.insert(grouped[#grouped], pair[2])
    end
    return grouped
  end
  return together(shrink.list(flat, function(list) return fails(together(list)) end))
end

local function tell(site, steps, names, difference)
  print(("FAILED: site %s, seed %d, after step %d (%s)\n%s"):format(from, seed, #steps, table.concat(names, ", "), difference))
  if not still_fails(steps, site) then
    print("the same steps from the beginning do not fail: it hangs on time or chance")
    return
  end
  print(("# again: make torture SITE=%s SEED=%d EDITS=%d"):format(from, seed, edits_wanted))
  print("# the fewest edits that fail; run as: lede=build/lede sh SCRIPT " .. from)
  io.write(ops.script(fewest(steps, site)))
end

--- What must not be blind: the judge sees one byte, and shrinking finds the two that matter.
local function control(site)
  os.execute(("mkdir -p '%s' && rm -rf '%s' && cp -r '%s' '%s'"):format(site.whole, site.whole, site.out, site.whole))
  assert(not judge.compare(site.out, site.whole, {}), "the judge sees what is not")
  local page <close> = assert(io.open(site.whole .. "/index.html", "ab"))
  page:write(".")
  page:close()
  assert(judge.compare(site.out, site.whole, {}):find("index.html: differs", 1, true), "the judge is blind")
  local list = {}
  for i = 1, 40 do list[i] = i end
  local function both(rest)
    local found = 0
    for _, n in ipairs(rest) do found = found + ((n == 7 or n == 23) and 1 or 0) end
    return found == 2
  end
  assert(table.concat(shrink.list(list, both), " ") == "7 23", "shrinking does not find the fewest")
end

local function run()
  local site, all = site_of.new(from, work .. "/run", program), kinds()
  local steps, names, done, made, pages = {}, {}, 0, 0, 0
  math.randomseed(seed)
  if math.random(3) > 1 then site.at = "2025-01-01T12:00:00Z" end
  if site.at then steps[1] = { { "at", site.at } } end
  local step, why = judge.step(site)
  if step and step.report then control(site) end
  while step do
    local now_made, now_pages = judge.whole(site, step)
    if not now_made then why = now_pages break end
    made, pages = made + now_made, pages + now_pages
    if done >= edits_wanted then break end
    local list = {}
    for _ = 1, math.random(3) do
      local edit, name = some_edit(site, all)
      table.move(edit, 1, #edit, #list + 1, list)
      done, names[#names + 1] = done + 1, name
    end
    steps[#steps + 1] = list
    step, why = judge.step(site)
  end
  if why then tell(site, steps, { table.unpack(names, math.max(1, #names - 5)) }, why) end
  print(("note: %s, seed %d: %d edits in %d steps; %d of %d pages were made"):format(from:match("[^/]+$"), seed, done, #steps, made, pages))
  print(why and "0 passed, 1 failed" or ("%d passed, 0 failed"):format(done))
  return why and 1 or 0
end

return run()
