-- lede.net: sockets, both ends of them in this process.
local net, task, timer, fs = lede.net, lede.task, lede.timer, lede.fs

local function close_ends(ends)
  ends.client:close()
  ends.server:close()
  ends.listener:close()
end

--- Listens on loopback and connects: both ends and the listener, closed together.
local function pair(place)
  local listener = assert(net.listen(place or { host = "127.0.0.1", port = 0 }))
  local client = assert(net.connect(place or { host = "127.0.0.1", port = listener:port() }))
  return setmetatable({ client = client, server = assert(listener:accept()), listener = listener }, { __close = close_ends })
end

describe("a socket", function()
  it("carries bytes and lines both ways, and an end", function()
    local ends <close> = pair()
    local client, server = ends.client, ends.server
    expect(client:write("one\r\ntwo\nthr")):to_be(true)
    expect(server:read_line()):to_be("one")
    expect(server:read_line()):to_be("two")
    client:finish()
    expect(server:read_line()):to_be("thr")
    expect(server:read_line()):to_be_nil()
    server:write("answer")
    expect(client:read(3)):to_be("ans")
    expect(client:read()):to_be("wer")
    server:close()
    expect(client:read()):to_be_nil()
  end)
  it("holds back who writes faster than the other reads", function()
    local ends <close> = pair()
    local client, server = ends.client, ends.server
    local text, done = ("x"):rep(32 << 20), false
    local writer = task.spawn(function() assert(client:write(text)) done = true client:finish() end)
    timer.sleep(0.01)
    expect(done):to_be(false)
    local n = 0
    for bytes in function() return server:read() end do n = n + #bytes end
    writer:join()
    expect(n):to_be(#text)
  end)
  it("may be a Unix one, whose path goes with the listener", function()
    local path = os.tmpname()
    os.remove(path)
    do
      local ends <close> = pair { path = path }
      local client, server = ends.client, ends.server
      client:write("hello\n")
      expect(server:read_line()):to_be("hello")
      expect(fs.exists(path)):to_be(true)
      local second, err = net.listen { path = path }
      expect(second):to_be_nil()
      expect(err.code):to_be("busy")
    end
    expect(fs.exists(path)):to_be(false)
  end)
  it("refuses a line that does not end", function()
    local ends <close> = pair()
    local client, server = ends.client, ends.server
    local writer <close> = task.spawn(function() client:write(("x"):rep(100000)) end)
    expect(select(2, server:read_line()).code):to_be("limit")
    writer:cancel()
  end)
  it("says why there is none", function()
    local listener = assert(net.listen { host = "127.0.0.1", port = 0 })
    local port = listener:port()
    listener:close()
    local socket, err = net.connect { host = "127.0.0.1", port = port }
    expect(socket):to_be_nil()
    expect(err.code):to_be("io")
    expect(tostring(err)):to_contain("port " .. port)
    expect(select(2, net.connect { path = "/nonexistent/s" }).code):to_be("io")
    expect(function() net.connect {} end):to_raise("either host and port, or path")
    expect(function() net.connect { host = "a", port = 70000 } end):to_raise("port")
    expect(function() net.listen { path = ("x"):rep(200) } end):to_raise("too long")
  end)
  it("lets go who waits for it", function()
    local ends <close> = pair()
    local client, server, listener = ends.client, ends.server, ends.listener
    local reader, acceptor = task.spawn(function() return client:read() end), task.spawn(function() return listener:accept() end)
    task.pause()
    expect(function() client:read() end):to_raise("another task waits")
    reader:cancel()
    expect(select(2, reader:join()).code):to_be("canceled")
    listener:close()
    expect(select(2, acceptor:join()).code):to_be("canceled")
    server:write("still")
    expect(client:read()):to_be("still")
  end)
end)
