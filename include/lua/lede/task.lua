---@meta lede.task

--- Coroutines that wait, on the desk. A function that waits (timer.sleep, http.get, child:wait, …) lets the other tasks run
--- until what it waits for is there; fs and process.run do the same in a task and block anywhere else. Waiting works inside
--- pcall, iterators, metamethods and `<close>`, not where Lua cannot yield: table.sort, string.gsub, require; nor in a
--- coroutine of the script's own. A script runs as a task; `lede run` ends when all of its tasks have.
---@class lede.task
local task = {}

--- A coroutine that runs beside the others; `<close>` cancels it.
---@class lede.Task
local Task = {}

--- Waits for its end and gives what its function gave; nil and an error "canceled" or "timeout" when it was canceled. Raises
--- what the function raised. An error that nobody waits for is printed, and the exit status is 1.
---@return any ...
function Task:join() end

--- Makes the wait it is in, and every later one, raise; its `<close>` variables run. Nothing when it has ended.
---@param code? "canceled"|"timeout"
---@param words? string
function Task:cancel(code, words) end

---@return "running"|"ready"|"waiting"|"done"|"failed"|"canceled"
function Task:status() end

--- Lets so many tasks through at once; the others wait in order.
---@class lede.Gate
local Gate = {}

--- Waits for room. `local pass <close> = gate:enter()` gives it back.
---@return lede.Pass
function Gate:enter() end

---@class lede.Pass
local Pass = {}
function Pass:close() end

--- Starts fn(...) as a task; it runs when the one that runs now waits.
---@param fn fun(...): ...
---@return lede.Task
function task.spawn(fn, ...) end

--- task:join()
---@param of lede.Task
---@return any ...
function task.join(of) end

--- Runs fn(...) for at most so many seconds. Gives what it gives, or nil and an error "timeout".
---@param seconds number
---@param fn fun(...): ...
---@return any ...
function task.timeout(seconds, fn, ...) end

--- Runs fn(...) with calls that wait in place: for many small looks at files, each of which would cost a way to another
--- thread and back. Other tasks stand still meanwhile.
---@param fn fun(...): ...
---@return any ...
function task.in_place(fn, ...) end

--- Runs all functions at once. Gives a list of the first result of each; the first error cancels the others and is raised.
---@param functions (fun(): any)[]
---@return any[]
function task.all(functions) end

--- Calls fn(item, index) for each item, at most n at once. Gives a list of the first result of each; errors as with all.
---@generic T, R
---@param n integer
---@param items T[]
---@param fn fun(item: T, index: integer): R
---@return R[]
function task.limit(n, items, fn) end

---@param n integer
---@return lede.Gate
function task.gate(n) end

--- The task that runs, or nil.
---@return lede.Task|nil
function task.current() end

--- Whether a function that waits may be called here.
---@return boolean
function task.may_wait() end

--- Lets the other tasks run.
function task.pause() end

return task
