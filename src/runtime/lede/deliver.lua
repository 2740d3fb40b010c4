--- lede.deliver: tells what waits in the outbox to its targets, each as fast as it answers and none waiting for another.
---
--- A target has lanes: tasks that claim a row, send it and say what came of it, one row after the other. A target that fails
--- is left alone for a while, longer each time (Retry-After goes before that), and has one lane until it answers well; such
--- targets have half of all lanes at most, so that however many hang, the others go on. A claim is a lease that is renewed
--- while this process lives; a lock says whether it does, and what a dead one had claimed is given back at once.

local delivery = require("lede.delivery")
local fs = require("lede.fs")
local hash = require("lede.hash")
local host = require("lede.host")
local http = require("lede.http")
local json = require("lede.json")
local log = require("lede.log")
local outbox = require("lede.outbox")
local store_of = require("lede.store")
local task = require("lede.task")
local timer = require("lede.timer")

local M = {}

local LEASE_MS, RENEW_S = 60000, 15
local LOOK_S, IDLE_S = 0.05, 1 -- between two looks at the outbox, with lanes and without
local GRACE_S = 3
local LANES, TIMEOUT_S = 4, 30
local RETRY_AFTER_MAX_S = 86400
local DAY_MS = 86400000

--- One client for all; what repeats is the outbox.
M.http = http.client { retries = 0, per_host = 256, redirects = 3 }

--- ---- what an answer means

---@class lede.DeliveryDesk  what send is given besides its row
---@field store lede.Store
---@field workspace lede.Workspace
---@field config table
---@field http lede.http.Client
---@field judge fun(response: lede.http.Response|nil, err: any): true|nil, string|lede.DeliveryProblem

---@class lede.DeliveryProblem
---@field message string
---@field is_final? boolean      it will never do: the row is dead
---@field retry_after? number    seconds
---@field is_targets? boolean    not this row's alone: the target is left alone for a while

--- What send gives for a response of lede.http: true and a word, or nil and the problem.
---@param response lede.http.Response|nil
---@param err any
---@return true|nil, string|lede.DeliveryProblem
function M.judge(response, err)
  if not response then return nil, { message = tostring(err), is_targets = true } end
  if response.ok then return true, tostring(response.status) end
  local problem = { message = "status " .. response.status, retry_after = response.retry_after }
  local passing = response.status >= 500 or response.status == 408 or response.status == 425 or response.status == 429
  problem.is_targets, problem.is_final = passing, not passing
  return nil, problem
end

--- Seconds before try number n + 1: doubled each time, anything from half of it to all.
---@param n integer tries so far
---@param policy { first: number, longest: number }
---@return number
function M.backoff(n, policy)
  return math.min(policy.longest, policy.first * 2 ^ math.min(n - 1, 40)) * (0.5 + math.random() / 2)
end

--- ---- a target

---@class lede.DeliverTarget
---@field definition table
---@field lanes integer      at work
---@field failures integer   since it answered well the last time
---@field proven boolean     it answered well the last time
---@field not_before integer ms

local function target_of(self, plugin, name)
  local key = plugin .. "\0" .. name
  local target = self.targets[key]
  local definition = (self.registry.targets[plugin] or {})[name]
  if not target then
    target = { plugin = plugin, name = name, lanes = 0, failures = 0, proven = false, not_before = 0 }
    self.targets[key] = target
  end
  target.definition = definition
  return definition and target
end

--- ---- one row

local Deliverer = {}
Deliverer.__index = Deliverer

--- Ends a claim. Who lost it meanwhile has nothing to say any more.
function Deliverer:finish(row, result)
  self.flight[row.number] = nil
  local ok, err = outbox.finish(self.store, row.number, self.holder, result)
  if not ok and err.code ~= "conflict" and err.code ~= "not-found" then log.warn(tostring(err)) end
end

local function as_problem(value)
  if type(value) == "table" and value.message then return value end
  return { message = tostring(value) }
end

function Deliverer:succeeded(target, row, said)
  target.failures, target.proven = 0, true
  self.counts.sent = self.counts.sent + 1
  self:finish(row, { state = "sent", said = type(said) == "string" and said:sub(1, 200) or nil })
end

function Deliverer:failed(target, row, problem)
  local now = outbox.now()
  target.proven = not problem.is_targets and target.proven
  local wait = M.backoff(row.tries, self.policy)
  if problem.is_targets then
    target.failures = target.failures + 1
    wait = M.backoff(target.failures, self.policy)
  end
  if problem.retry_after then wait = math.max(wait, math.min(problem.retry_after, RETRY_AFTER_MAX_S)) end
  local again = now + math.ceil(wait * 1000)
  if problem.is_targets then target.not_before = math.max(target.not_before, again) end
  local is_late = row.tries >= self.policy.tries or now - row.made_at > self.policy.days * DAY_MS
  local state = (problem.is_final or is_late) and "dead" or "waiting"
  self.counts[state == "dead" and "dead" or "failed"] = self.counts[state == "dead" and "dead" or "failed"] + 1
  self.report(("%s: %s: %s%s"):format(row.plugin, row.target, problem.message, state == "dead" and "; given up" or ""))
  self:finish(row, { state = state, at = again, said = problem.message:sub(1, 500) })
end

--- Sends one row and writes down what came of it; canceled, it gives the row back.
function Deliverer:tell(target, row)
  local ended = false
  local _ <close> = setmetatable({}, { __close = function() -- luacheck: ignore
    if not ended then self:finish(row, { state = "waiting", said = "interrupted" }) end
  end })
  row.data = json.decode(row.data)
  row.id = hash.sha256(row.plugin .. "\0" .. row.target .. "\0" .. row.key):sub(1, 32)
  local limit = target.definition.timeout or TIMEOUT_S
  local ran, ok, said = pcall(task.timeout, limit, target.definition.send, row, self.desk)
  if ran and ok then
    self:succeeded(target, row, said)
  elseif ran and type(said) == "table" and said.code == "timeout" then
    self:failed(target, row, { message = ("no answer within %g s"):format(limit), is_targets = true })
  else
    self:failed(target, row, as_problem(ran and said or ok))
  end
  ended = true
end

--- ---- lanes

function Deliverer:claim(target)
  local now = outbox.now()
  local rows, err = outbox.claim(self.store, {
    plugin = target.plugin, target = target.name, holder = self.holder, now = now, until_at = now + LEASE_MS, max = 1,
  })
  if rows then return rows[1] end
  if err.code ~= "busy" then log.warn(tostring(err)) end
end

--- One row after the other, until there is none or the target needs a rest.
function Deliverer:lane(target)
  local _ <close> = setmetatable({}, { __close = function() -- luacheck: ignore
    target.lanes, self.lanes = target.lanes - 1, self.lanes - 1
  end })
  while not self.stopping and target.not_before <= outbox.now() do
    local row = self:claim(target)
    if not row then return end
    self.flight[row.number] = row
    self:tell(target, row)
    if target.lanes > 1 and not target.proven then return end
    if target.definition.pause then timer.sleep(target.definition.pause * (1 + math.random() / 2)) end -- lanes do not march in step
  end
end

--- How many lanes of targets that did not answer well the last time are open.
function Deliverer:doubtful()
  local n = 0
  for _, target in pairs(self.targets) do
    if not target.proven then n = n + target.lanes end
  end
  return n
end

function Deliverer:open_lanes(target, rows)
  local wanted = target.proven and math.min(target.definition.at_once or LANES, rows) or 1
  local room = target.proven and self.policy.at_once or math.max(1, self.policy.at_once // 2)
  while target.lanes < wanted and self.lanes < self.policy.at_once and (target.proven or self:doubtful() < room) do
    target.lanes, self.lanes = target.lanes + 1, self.lanes + 1
    self.tasks[#self.tasks + 1] = task.spawn(function() self:lane(target) end)
  end
end

--- Opens lanes for what is due. Gives when something is due next that is not yet, or nil.
function Deliverer:look()
  local now, next_at = outbox.now(), nil
  local targets, err = outbox.targets(self.store, { state = "waiting" })
  if not targets then return nil, err end
  for _, entry in ipairs(targets) do
    local target = target_of(self, entry.plugin, entry.target)
    if target then
      local at = math.max(entry.due_at, target.not_before)
      if at <= now then self:open_lanes(target, entry.count) end
      if not next_at or at < next_at then next_at = at end
    end
  end
  return next_at
end

--- ---- who is alive

local function lock_file(workspace, holder) return ("%s/deliver/%s"):format(workspace.var, holder) end

--- Gives back what those had claimed whose lock nobody holds.
function Deliverer:bury(workspace)
  for _, name in ipairs(fs.list(workspace.var .. "/deliver") or {}) do
    local file = lock_file(workspace, name)
    local lock <close> = name ~= self.holder and fs.lock(file) or nil
    if lock then
      outbox.abandon(self.store, name)
      fs.remove(file)
    end
  end
end

--- Renews what is claimed for as long as it takes.
function Deliverer:renew()
  while true do
    timer.sleep(RENEW_S)
    for number in pairs(self.flight) do outbox.extend(self.store, number, self.holder, outbox.now() + LEASE_MS) end
  end
end

--- ---- all of it

---@class lede.DeliverOptions
---@field seconds? number   no longer than that
---@field wait? boolean     until nothing waits any more, however late it is due
---@field forever? boolean  until the task is canceled
---@field unless? fun(): boolean  ends it when it says so
---@field report? fun(text: string)  each failure

---@class lede.DeliverReport
---@field sent integer
---@field failed integer  tries that will be repeated
---@field dead integer    rows that were given up
---@field waiting integer rows that wait still
---@field next_at? integer ms: when the first of them is due

local function new(workspace, registry, store, options)
  return setmetatable({
    workspace = workspace, registry = registry, store = store, holder = host.ulid(), policy = workspace.config.deliver, targets = {}, lanes = 0,
    desk = { store = store, workspace = workspace, config = workspace.config, http = M.http, judge = M.judge }, flight = {}, tasks = {}, counts = { sent = 0, failed = 0, dead = 0 }, report = options.report or function() end, stopping = false,
  }, Deliverer)
end

local function drop_ended(tasks)
  local kept = {}
  for _, lane in ipairs(tasks) do
    local state = lane:status()
    if state ~= "done" and state ~= "failed" and state ~= "canceled" then kept[#kept + 1] = lane end
  end
  return kept
end

--- Whether to look again, and after how many seconds.
function Deliverer:next_look(next_at, options)
  if self.lanes > 0 then return LOOK_S end
  local ahead = next_at and (next_at - outbox.now()) / 1000
  if options.forever then return ahead and math.max(LOOK_S, math.min(ahead, IDLE_S)) or IDLE_S end
  if not ahead then return nil end
  if ahead <= 0 then return LOOK_S end
  return options.wait and math.min(ahead, IDLE_S) or nil
end

function Deliverer:work(options)
  local until_at = options.seconds and timer.now() + options.seconds
  local settled = 0
  while true do
    if timer.now() >= settled then
      local ok, err = delivery.settle(self.store, self.workspace)
      if not ok then return nil, err end
      settled = timer.now() + IDLE_S
    end
    local next_at, err = self:look()
    if err then return nil, err end
    self.tasks = drop_ended(self.tasks)
    local pause = self:next_look(next_at, options)
    if not pause or until_at and timer.now() >= until_at or options.unless and options.unless() then return true end
    timer.sleep(pause)
  end
end

--- Those under way may end; who takes longer is canceled.
function Deliverer:stop()
  local until_at = timer.now() + GRACE_S
  self.stopping = true
  while self.lanes > 0 and timer.now() < until_at do timer.sleep(LOOK_S) end
  for _, lane in ipairs(drop_ended(self.tasks)) do lane:cancel() end
end

function Deliverer:count()
  local report = { sent = self.counts.sent, failed = self.counts.failed, dead = self.counts.dead, waiting = 0 }
  for _, entry in ipairs(outbox.targets(self.store, { state = "waiting" }) or {}) do
    report.waiting = report.waiting + entry.count
    report.next_at = math.min(report.next_at or entry.due_at, entry.due_at)
  end
  return report
end

--- Tells what waits; in a task. Gives a report, or nil and what is wrong with the store.
---@param workspace lede.Workspace
---@param registry lede.Registry of its plugins, made for the desk
---@param options? lede.DeliverOptions
---@return lede.DeliverReport|nil, any
function M.run(workspace, registry, options)
  options = options or {}
  if not delivery.has_outbox(workspace) then return { sent = 0, failed = 0, dead = 0, waiting = 0 } end
  local store <close>, err = store_of.open(workspace.store)
  if not store then return nil, err end
  local self = new(workspace, registry, store, options)
  local made, refused = fs.mkdir(workspace.var .. "/deliver")
  if not made then return nil, refused end
  local lock <close>, held = fs.lock(lock_file(workspace, self.holder))
  if not lock then return nil, held end
  self:bury(workspace)
  local done, why
  do
    local keeper <close> = task.spawn(function() self:renew() end) -- luacheck: ignore
    local _ <close> = setmetatable({}, { __close = function() -- luacheck: ignore
      for _, lane in ipairs(self.tasks) do lane:cancel() end
    end })
    done, why = self:work(options)
    self:stop()
  end
  fs.remove(lock_file(workspace, self.holder))
  outbox.prune(store, outbox.now() - self.policy.keep_days * DAY_MS)
  if not done then return nil, why end
  return self:count()
end

return M
