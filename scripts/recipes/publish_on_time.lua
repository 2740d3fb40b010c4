--- lede run publish_on_time.lua SITE [ROUNDS [SINCE]]
---
--- Keeps a site as it should be: publishes it, then sleeps until the next instant at which something becomes public or
--- expires, or until a file of the site changes, and publishes again. ROUNDS ends it after so many publications. SINCE (a
--- time) begins with the edition of that moment, to see what happened since. Copy it and change it.

local publish, task, time, timer, watch, workspace = lede.publish, lede.task, lede.time, lede.timer, lede.watch, lede.workspace

local LONGEST = 3600 -- seconds: a clock that was set meanwhile is noticed then

local source, rounds, since = ...
rounds = math.tointeger(tonumber(rounds)) or math.maxinteger

local function say(...)
  io.stderr:write("on time: ", ...)
  io.stderr:write("\n")
end

--- Gives the time of the edition that is live then, or nil; what is wrong is said, and the next round tries again.
local function publish_once(site, at)
  local report, err = publish.run(site, { at = at })
  if not report then return say(tostring(err)) end
  for _, failure in ipairs(report.failed) do say(failure.path, ": ", failure.message) end
  say(("%d written, %d removed, %.0f ms"):format(report.release.written, report.release.removed, report.ms))
  return report.edition.time
end

--- The next instant after the edition's, said aloud; nil when nothing is to come.
local function next_instant(site, after)
  local coming, err = publish.next(site, { after = after, sync = false })
  if not coming then return say(tostring(err)) end
  for _, article in ipairs(coming.articles) do
    say(("%s: %s %s"):format(time.rfc3339(coming.at, site.config.timezone), article.article or article.url, article.what))
  end
  return coming.at
end

--- Watches what pages are made of; a change wakes whoever sleeps. Gives the tasks that do it.
local function watch_site(site, sleep)
  local tasks = {}
  for _, name in ipairs { site.config.content, site.config.static, "layouts", "plugins", "i18n", "origins", "lede.lua" } do
    local path = site.root .. "/" .. name
    if lede.fs.exists(path) then
      tasks[#tasks + 1] = task.spawn(function()
        local files <close> = assert(watch.open(path, { quiet = 0.5 }))
        while files:next() do
          if sleep.task then sleep.task:cancel() end
        end
      end)
    end
  end
  return tasks
end

--- Sleeps until the instant, a change, or the longest sleep.
local function wait(at, sleep)
  local seconds = math.min(LONGEST, at and at - os.time() or LONGEST)
  if seconds <= 0 then return end
  sleep.task = task.spawn(timer.sleep, seconds)
  sleep.task:join()
  sleep.task = nil
end

local sleep, watching = {}, nil
for round = 1, rounds do
  local site, message = workspace.open { source = source or "." }
  if not site then
    say(message)
    if round == 1 then return 1 end
    wait(nil, sleep)
  else
    watching = watching or watch_site(site, sleep)
    local shown = publish_once(site, round == 1 and since or nil)
    if round < rounds then wait(shown and next_instant(site, shown), sleep) end
  end
end
for _, one in ipairs(watching or {}) do one:cancel() end
return 0
