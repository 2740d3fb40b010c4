-- lede.task and lede.timer: coroutines that wait.
local task, timer = lede.task, lede.timer

--- Says when it is closed.
local function closing(fn) return setmetatable({}, { __close = fn }) end

describe("a task", function()
  it("gives what its function gives to who joins it, now or later", function()
    local t = task.spawn(function(a, b) timer.sleep(0.001) return a + b, nil, "last" end, 1, 2)
    expect({ t:join() }):to_equal { 3, nil, "last" }
    expect((task.join(t))):to_be(3)
    expect(t:status()):to_be("done")
  end)
  it("runs when the one that spawned it waits, in order", function()
    local order = {}
    local a = task.spawn(expect(function() order[#order + 1] = "a" end, 1))
    local b = task.spawn(expect(function() order[#order + 1] = "b" end, 1))
    order[#order + 1] = "main"
    a:join() b:join()
    expect(order):to_equal { "main", "a", "b" }
  end)
  it("raises its error where it is joined", function()
    local t = task.spawn(function() timer.sleep(0) error("boom") end)
    expect(function() t:join() end):to_raise("boom")
    expect(t:status()):to_be("failed")
  end)
  it("cannot join itself, and does not yield by hand", function()
    expect(function() task.current():join() end):to_raise("cannot join itself")
    expect(function() coroutine.yield() end):to_raise("it yields by waiting")
  end)
  it("is not moved on by coroutine.resume of somebody else", function()
    local co
    local t = task.spawn(function() co = coroutine.running() timer.sleep(0.01) return "slept" end)
    timer.sleep(0.001)
    expect({ coroutine.resume(co, "early") }):to_equal { true }
    expect((t:join())):to_be("slept")
  end)
end)

describe("waiting", function()
  it("works in pcall, iterators, metamethods and __close", function()
    expect({ pcall(function() timer.sleep(0.001) error({ code = "x" }) end) }):to_equal { false, { code = "x" } }
    local sum = 0
    for i in function(_, i) timer.sleep(0.001) i = (i or 0) + 1 return i <= 3 and i or nil end do sum = sum + i end
    expect(sum):to_be(6)
    local lazy = setmetatable({}, {
      __index = function(_, key) timer.sleep(0.001) return key .. "!" end,
      __add = function() timer.sleep(0.001) return 42 end,
      __eq = function() timer.sleep(0.001) return true end,
    })
    expect(lazy.hello):to_be("hello!")
    expect(lazy + 1):to_be(42)
    expect(lazy == setmetatable({}, getmetatable(lazy))):to_be(true)
    local closed
    pcall(function()
      local _ <close> = closing(function() timer.sleep(0.001) closed = true end)
      error("x")
    end)
    expect(closed):to_be(true)
  end)
  it("says where Lua cannot yield", function()
    expect(function() table.sort({ 3, 2, 1 }, function(a, b) timer.sleep(0) return a < b end) end):to_raise("cannot wait inside 'sort'")
    expect(function() return ("abc"):gsub(".", function() timer.sleep(0) end) end):to_raise("cannot wait inside 'gsub'")
  end)
  it("says that a coroutine of the script's own cannot wait", function()
    expect(function() coroutine.wrap(function() timer.sleep(0) end)() end):to_raise("cannot wait in a coroutine of your own")
  end)
  it("is refused for seconds that are none", function()
    expect(function() timer.sleep(-1) end):to_raise("seconds from 0")
    expect(function() timer.sleep(0 / 0) end):to_raise("seconds from 0")
    expect(function() timer.sleep("x") end):to_raise("number expected")
  end)
  it("is not kept up by what others wait for", function()
    local long <close> = task.spawn(function() timer.sleep(100) end)
    task.pause()
    local began = timer.now()
    for _ = 1, 3 do timer.sleep(0.001) end
    expect(timer.now() - began < 50):to_hold()
    expect(long:status()):to_be("waiting")
    long:cancel()
    task.pause()
  end)
  it("never ends early", function()
    local began = timer.now()
    for _ = 1, 5 do timer.sleep(0.01) end
    expect(timer.now() - began >= 0.05):to_hold()
  end)
end)

describe("a canceled task", function()
  it("closes what it holds, and whoever joins it is told", function()
    local t = task.spawn(function()
      local _ <close> = closing(expect(function() end, 1))
      timer.sleep(100)
    end)
    timer.sleep(0.001)
    t:cancel()
    local ok, err = t:join()
    expect(ok):to_be_nil()
    expect(err.code):to_be("canceled")
    expect(t:status()):to_be("canceled")
  end)
  it("cannot catch it, nor wait again", function()
    local caught = 0
    local t = task.spawn(function()
      while true do
        pcall(timer.sleep, 100)
        caught = caught + 1
      end
    end)
    timer.sleep(0.001)
    t:cancel()
    t:join()
    expect(caught):to_be(0)
  end)
  it("ends before it began when it never ran", function()
    local t = task.spawn(expect(function() end, 0))
    t:cancel()
    expect(select(2, t:join()).code):to_be("canceled")
  end)
  it("is canceled when its <close> variable goes", function()
    local t
    do
      local child <close> = task.spawn(function() timer.sleep(100) end)
      t = child
    end
    t:join()
    expect(t:status()):to_be("canceled")
  end)
  it("is let go from any kind of wait", function()
    local gate = task.gate(1)
    local pass = gate:enter()
    local sleeper = task.spawn(function() timer.sleep(100) end)
    local waits = {
      function() timer.sleep(100) end,
      function() sleeper:join() end,
      function() gate:enter() end,
      function() lede.process.run { "sleep", "100" } end,
      function() lede.fs.read("/etc/hostname") end,
    }
    for _, wait in ipairs(waits) do
      local t = task.spawn(wait)
      task.pause()
      t:cancel()
      expect(select(2, t:join()).code):to_be("canceled")
    end
    pass:close()
    sleeper:cancel()
    sleeper:join()
    local again <close> = gate:enter()
    expect(again):to_hold()
  end)
end)

describe("tasks together", function()
  it("end by their deadline", function()
    local result, err = task.timeout(0.005, function()
      local _ <close> = closing(expect(function() end, 1))
      timer.sleep(100)
    end)
    expect(result):to_be_nil()
    expect(err.code):to_be("timeout")
    expect(tostring(err)):to_contain("longer than 0.005 s")
    expect({ task.timeout(1, function(a) return a, "b" end, "a") }):to_equal { "a", "b" }
    task.pause()
  end)
  it("give their results in order", function()
    expect(task.all { function() timer.sleep(0.004) return 1 end, function() return 2 end }):to_equal { 1, 2 }
    expect(task.all {}):to_equal {}
  end)
  it("go down together with the first error", function()
    local others = {
      function() local _ <close> = closing(expect(function() end, 1)) timer.sleep(100) end,
      function() timer.sleep(0.001) error("boom") end,
    }
    expect(function() task.all(others) end):to_raise("boom")
  end)
  it("go no more at once than the limit", function()
    local now, most = 0, 0
    local squares = task.limit(3, { 1, 2, 3, 4, 5, 6, 7 }, function(n, i)
      now = now + 1
      most = math.max(most, now)
      timer.sleep(0.001)
      now = now - 1
      return n * i
    end)
    expect(squares):to_equal { 1, 4, 9, 16, 25, 36, 49 }
    expect(most):to_be(3)
    expect(function() task.limit(0, {}, print) end):to_raise("from 1")
  end)
  it("pass a gate in order, and a pass that nobody closed comes back", function()
    local gate, order = task.gate(1), {}
    local function go(name)
      return function()
        local _ <close> = gate:enter()
        timer.sleep(0.001)
        order[#order + 1] = name
      end
    end
    task.all { go("a"), go("b"), go("c") }
    expect(order):to_equal { "a", "b", "c" }
    gate:enter()
    collectgarbage()
    local _ <close> = gate:enter()
  end)
  it("are refused what no task is waited for in", function()
    expect(task.may_wait()):to_be(true)
    coroutine.wrap(function() expect(task.may_wait()):to_be(false) end)()
  end)

  it("runs a function with calls that wait in place", function()
    local other = task.spawn(function() return "later" end)
    local ran = { task.in_place(function(a, b) return lede.fs.exists("lede.lua"), a + b, other:status() end, 2, 3) }
    expect(ran[2]):to_be(5)
    expect(ran[3]):to_be("ready")
    expect(other:join()):to_be("later")
    expect(function() task.in_place(function() error("wrong", 0) end) end):to_raise("wrong")
    expect(function() task.in_place(coroutine.yield) end):to_raise("may not yield")
  end)
end)
