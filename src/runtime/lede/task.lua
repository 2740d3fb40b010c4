--- lede.task: coroutines that wait. The mechanism is script/task.c; how tasks are put together is here.

local core = require("lede.task_core")
local timer = require("lede.timer")

local M = { current = core.current, pause = core.pause, gate = core.gate, may_wait = core.may_wait }

--- Starts fn(...) as a task; it runs when the one that runs now waits.
function M.spawn(fn, ...) return core.spawn(fn, ...) end

--- The same as task:join().
function M.join(task) return task:join() end

--- Runs fn(...) in a task of its own for at most so many seconds. Gives what it gives, or nil and an error "timeout".
function M.timeout(seconds, fn, ...)
  local child <close> = core.spawn(fn, ...)
  local _ <close> = core.spawn(function()
    timer.sleep(seconds)
    child:cancel("timeout", ("took longer than %g s"):format(seconds))
  end)
  return child:join()
end

--- Runs fn(...) with calls that wait in place: for many small looks at files, each of which would cost a way to another
--- thread and back. Other tasks stand still meanwhile.
function M.in_place(fn, ...)
  local apart = coroutine.create(fn)
  local results = table.pack(coroutine.resume(apart, ...))
  if not results[1] then error(results[2], 0) end
  if coroutine.status(apart) ~= "dead" then error("in_place: the function may not yield", 2) end
  return table.unpack(results, 2, results.n)
end

--- Tasks that go down together: the first error cancels the others and is raised where they are joined.
local Group = {}
Group.__index = Group

function Group.__close(group)
  for _, task in ipairs(group.tasks) do
    if task then task:cancel() end
  end
end

function Group:spawn(fn, ...)
  local function guarded(...)
    local ok, result = xpcall(fn, debug.traceback, ...)
    if ok then return result end
    self.failure = self.failure or { result }
    Group.__close(self)
  end
  local index = #self.tasks + 1
  self.tasks[index] = false -- room first: a task that is running is in the list
  self.tasks[index] = core.spawn(guarded, ...)
end

function Group:join()
  local results = {}
  for i, task in ipairs(self.tasks) do results[i] = task:join() end
  if self.failure then error(self.failure[1], 0) end
  return results
end

local function group() return setmetatable({ tasks = {} }, Group) end

--- Runs all functions at once. Gives a list of the first result of each.
function M.all(functions)
  local children <close> = group()
  for _, fn in ipairs(functions) do children:spawn(fn) end
  return children:join()
end

--- Calls fn(item, index) for each item, at most n at once. Gives a list of the first result of each.
function M.limit(n, items, fn)
  if math.type(n) ~= "integer" or n < 1 then error("task.limit: how many at once, from 1", 2) end
  local results, next_index = {}, 0
  local children <close> = group()
  for _ = 1, math.min(n, #items) do
    children:spawn(function()
      while next_index < #items do
        next_index = next_index + 1
        local index = next_index
        results[index] = fn(items[index], index)
      end
    end)
  end
  children:join()
  return results
end

return M
