--- lede.spec: specs in a host's VM. describe(what, fn), it(sentence, fn), expect(value):to_be(…) and its kin.
---
--- Each `it` runs in the task of the verb and may wait. expect(fn, n) gives a function that must have been called n times by
--- the end. What an `it` leaves behind fails it: tasks that live, handles that are open.

local M = {}

local function show(value)
  if type(value) == "string" then return ("%q"):format(value) end
  return tostring(value)
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do
    if not same(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

local function text_of(value, depth)
  if type(value) ~= "table" or depth > 4 then return show(value) end
  local keys, parts = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(x, y) return tostring(x) < tostring(y) end)
  for i, key in ipairs(keys) do parts[i] = tostring(key) .. "=" .. text_of(value[key], depth + 1) end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local Expectation = {}

local function verdict(ok, message)
  if not ok then error(message, 3) end
end

function Expectation:to_be(wanted) verdict(self.value == wanted, "expected " .. show(wanted) .. ", got " .. show(self.value)) end
function Expectation:to_equal(wanted) verdict(same(self.value, wanted), "expected " .. text_of(wanted, 0) .. ", got " .. text_of(self.value, 0)) end
function Expectation:to_hold() verdict(self.value, "expected something true, got " .. show(self.value)) end
function Expectation:to_be_nil() verdict(self.value == nil, "expected nil, got " .. show(self.value)) end
function Expectation:to_contain(part) verdict(tostring(self.value):find(part, 1, true), "expected " .. show(self.value) .. " to contain " .. show(part)) end
function Expectation:not_to_contain(part) verdict(not tostring(self.value):find(part, 1, true), "expected " .. show(self.value) .. " not to contain " .. show(part)) end
function Expectation:to_match(pattern) verdict(tostring(self.value):find(pattern), "expected " .. show(self.value) .. " to match " .. show(pattern)) end
--- The function raises, and its message contains part.
function Expectation:to_raise(part)
  local ok, message = pcall(self.value)
  verdict(not ok, "expected an error, there was none")
  verdict(not part or tostring(message):find(part, 1, true), "expected an error with " .. show(part) .. ", got " .. show(tostring(message)))
end

--- Where a spec calls, as "file:line: "; page VMs do not know.
local function place(level)
  local inspect = rawget(_G, "debug")
  local at = inspect and inspect.getinfo(level + 1, "Sl")
  return at and ("%s:%d: "):format(at.short_src, at.currentline) or ""
end

--- What must have been called when the test ends.
local promised = {}

local function promise(fn, times)
  local entry = { times = times, calls = 0, at = place(3) }
  promised[#promised + 1] = entry
  return function(...)
    entry.calls = entry.calls + 1
    return fn(...)
  end
end

--- Whoever asks an expectation for a verdict has judged it; one that nobody asks would hold whatever the value is.
local judged = {
  __index = function(one, name)
    rawset(one, "is_judged", true)
    return Expectation[name]
  end,
}

local function expect(value, times)
  if math.type(times) == "integer" and type(value) == "function" then return promise(value, times) end
  local one = setmetatable({ value = value }, judged)
  promised[#promised + 1] = { unjudged = one, at = place(2) }
  return one
end

local function check_promises()
  local list = promised
  promised = {}
  for _, entry in ipairs(list) do
    if entry.unjudged then
      if not rawget(entry.unjudged, "is_judged") then error(entry.at .. "expect(…) without a verdict: say :to_be(…) of it", 0) end
    elseif entry.calls ~= entry.times then
      error(("%sexpected %d calls, there were %d"):format(entry.at, entry.times, entry.calls), 0)
    end
  end
end

--- Tasks that live and handles that are open, when there is a desk.
local function held()
  local ok, core = pcall(require, "lede.task_core")
  if not ok then return 0, 0 end
  return core.live(), require("lede.host").open_handles()
end

local function check_left(tasks, handles)
  local tasks_now, handles_now = held()
  if tasks_now > tasks then error(("%d tasks were left alive"):format(tasks_now - tasks), 0) end
  if handles_now > handles then error(("%d handles were left open"):format(handles_now - handles), 0) end
end

--- Runs the specs of a chunk. Gives passed, failed; failures are told to report(sentence, message).
---@param chunk function
---@param report fun(sentence: string, message: string)
function M.run(source, shown, report)
  local passed, failed, path, before = 0, 0, {}, {}
  local env = setmetatable({ expect = expect }, { __index = _G })
  function env.describe(what, fn)
    path[#path + 1] = what
    local kept = #before
    fn()
    while #before > kept do table.remove(before) end
    path[#path] = nil
  end
  function env.before_each(fn) before[#before + 1] = fn end
  function env.it(sentence, fn)
    local tasks, handles = held()
    promised = {}
    local ok, message = pcall(function()
      for _, prepare in ipairs(before) do prepare() end
      fn()
      check_promises()
      check_left(tasks, handles)
    end)
    if ok then
      passed = passed + 1
    else
      failed = failed + 1
      report(table.concat(path, ", ") .. " " .. sentence, tostring(message))
    end
  end
  local chunk, problem = load(source, "@" .. shown, "t", env)
  local ok = chunk ~= nil
  if chunk then ok, problem = pcall(chunk) end
  if not ok then
    failed = failed + 1
    report("the file itself", tostring(problem))
  end
  return passed, failed
end

return M
