-- lede.process.start: programs that run beside the script; lede.process.run in a task.
local process, task, timer = lede.process, lede.task, lede.timer

describe("a program beside the script", function()
  it("is written to, read and waited for", function()
    local child <close> = process.start { "cat" }
    expect(child:write("hello")):to_be(true)
    expect(child:read()):to_be("hello")
    child:finish()
    expect(child:read()):to_be_nil()
    expect(child:wait()):to_equal { status = 0 }
  end)
  it("is held back until somebody reads, and loses nothing", function()
    local child <close> = process.start { "sh", "-c", "seq 1 200000" }
    timer.sleep(0.02)
    local n = 0
    for bytes in function() return child:read() end do n = n + #bytes end
    expect(n):to_be(1288895)
    expect(child:wait().status):to_be(0)
  end)
  it("takes much input while it gives much output", function()
    local child <close> = process.start { "cat" }
    local text, parts = ("x"):rep(3000000), {}
    local writer = task.spawn(function() child:write(text) child:finish() end)
    for bytes in function() return child:read() end do parts[#parts + 1] = bytes end
    writer:join()
    expect(table.concat(parts) == text):to_be(true)
  end)
  it("has its stderr apart and its folder", function()
    local child <close> = process.start { "sh", "-c", "pwd; echo no >&2; kill -9 $$", folder = "/tmp" }
    expect(child:read()):to_be("/tmp\n")
    expect(child:read_err()):to_be("no\n")
    expect(child:wait()):to_equal { signal = 9 }
  end)
  it("goes with its variable, and takes no more input then", function()
    local child = process.start { "sleep", "100" }
    local waiting = task.spawn(function() return child:wait() end)
    task.pause()
    child:close()
    local ended, err = waiting:join()
    expect(ended):to_be_nil()
    expect(err.code):to_be("canceled")
    expect(function() child:write("x") end):to_raise("closed")
  end)
  it("says that it takes no more input", function()
    local child <close> = process.start { "true" }
    child:wait()
    local ok, err = child:write("x")
    expect(ok):to_be_nil()
    expect(err.code):to_be("io")
  end)
  it("is sent a signal", function()
    local child <close> = process.start { "sleep", "100" }
    child:kill()
    expect(child:wait()):to_equal { signal = 15 }
  end)
  it("is refused when there is none", function()
    local child, err = process.start { "lede-no-such-program" }
    expect(child):to_be_nil()
    expect(err.code):to_be("not-found")
  end)
end)

describe("a program that a task waits for", function()
  it("lets the others run meanwhile", function()
    local ticks = 0
    local clock <close> = task.spawn(function() while true do timer.sleep(0.001) ticks = ticks + 1 end end)
    expect(process.run { "sleep", "0.05" }.status):to_be(0)
    clock:cancel()
    clock:join()
    expect(ticks > 5):to_hold()
  end)
  it("is killed at its deadline and when it writes too much", function()
    local result, err = process.run { "sleep", "100", timeout = 0.02 }
    expect(result):to_be_nil()
    expect(err.code):to_be("timeout")
    result, err = process.run { "sh", "-c", "yes | head -c 70000000" }
    expect(result):to_be_nil()
    expect(err.code):to_be("limit")
  end)
  it("blocks where nobody can wait, with the same answer", function()
    local answers = { process.run { "sh", "-c", "echo a; exit 3" } }
    coroutine.wrap(function() answers[2] = process.run { "sh", "-c", "echo a; exit 3" } end)()
    expect(answers[2]):to_equal(answers[1])
  end)
end)
