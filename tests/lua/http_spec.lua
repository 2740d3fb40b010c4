-- lede.http against a server of our own on loopback.
local http, net, task, timer, fs = lede.http, lede.net, lede.task, lede.timer, lede.fs

--- ---- the server: answer(request) gives status, headers, body

local function read_request(socket)
  local line = socket:read_line()
  if not line then return nil end
  local request = { method = line:match("^%S+"), path = line:match("^%S+ (%S+)"), headers = {} }
  for header in function() return socket:read_line() end do
    if header == "" then break end
    local name, value = header:match("^([^:]+):%s*(.*)$")
    request.headers[name:lower()] = value
  end
  local left, parts = tonumber(request.headers["content-length"] or 0), {}
  while left > 0 do
    local bytes = socket:read(left)
    if not bytes then break end
    left, parts[#parts + 1] = left - #bytes, bytes
  end
  request.body = table.concat(parts)
  return request
end

local function talk(socket, answer)
  local _ <close> = socket
  for request in function() return read_request(socket) end do
    local status, headers, body = answer(request)
    local lines = { ("HTTP/1.1 %d Words"):format(status) }
    for name, value in pairs(headers or {}) do lines[#lines + 1] = name .. ": " .. value end
    if body then lines[#lines + 1] = "Content-Length: " .. #body end
    if not socket:write(table.concat(lines, "\r\n") .. "\r\n\r\n" .. (request.method ~= "HEAD" and body or "")) or not body then return end
  end
end

--- Runs test(url) with a server that answers so.
local function with_server(answer, test)
  local listener <close> = assert(net.listen { host = "127.0.0.1", port = 0 })
  local talks = {}
  local accepting <close> = task.spawn(function()
    for socket in function() return listener:accept() end do talks[#talks + 1] = task.spawn(talk, socket, answer) end
  end)
  local _ <close> = setmetatable({}, { __close = function()
    accepting:cancel()
    for _, t in ipairs(talks) do t:cancel() end
    for _ = 1, 3 do task.pause() end
  end })
  test(("http://127.0.0.1:%d"):format(listener:port()))
end

local private = http.client { private = true, retries = 0 }

describe("a request", function()
  it("gives status, headers and body", function()
    with_server(function(r) return 200, { ETag = '"a"', ["X-Two"] = "1" }, r.method .. " " .. r.path .. " " .. (r.headers["x-own"] or "") .. r.body end, function(url)
      local res = assert(private:get(url .. "/p?q", { headers = { ["X-Own"] = "mine" } }))
      expect(res.status):to_be(200)
      expect(res.ok):to_be(true)
      expect(res.body):to_be("GET /p?q mine")
      expect(res.etag):to_be('"a"')
      expect(res.headers["x-two"]):to_be("1")
      expect(private:post(url, "data").body):to_be("POST / data")
      expect(private:put(url, "data").body):to_be("PUT / data")
      expect(private:delete(url).body):to_be("DELETE / ")
      expect(private:head(url).body):to_be("")
    end)
  end)
  it("asks for what changed", function()
    with_server(function(r)
      if r.headers["if-none-match"] == '"a"' and r.headers["if-modified-since"] == "Tue, 02 Jan 2024 00:00:00 GMT" then return 304, { ETag = '"a"' }, "" end
      return 200, { ETag = '"a"', ["Last-Modified"] = "Tue, 02 Jan 2024 00:00:00 GMT" }, "text"
    end, function(url)
      local first = private:get(url)
      local second = private:get(url, { since = first })
      expect(second.status):to_be(304)
      expect(second.not_modified):to_be(true)
    end)
  end)
  it("follows redirects so far, and to http only", function()
    with_server(function(r)
      if r.path == "/end" then return 200, {}, "end" end
      if r.path == "/file" then return 302, { Location = "file:///etc/passwd" }, "" end
      if r.path == "/loop" then return 302, { Location = "/loop" }, "" end
      return 302, { Location = "/end" }, "body of a redirect"
    end, function(url)
      local res = private:get(url .. "/a")
      expect(res.body):to_be("end")
      expect(res.url):to_be(url .. "/end")
      expect(private:get(url .. "/a", { redirects = 0 }).status):to_be(302)
      expect(select(2, private:get(url .. "/loop")).code):to_be("limit")
      expect(select(2, private:get(url .. "/file")).code):to_be("invalid")
    end)
  end)
  it("is held to its limits", function()
    with_server(function(r)
      if r.path == "/slow" then timer.sleep(5) end
      if r.path == "/head" then return 200, { ["X-Long"] = ("x"):rep(90000), ["X-More"] = ("x"):rep(90000) }, "" end
      return 200, {}, ("x"):rep(100000)
    end, function(url)
      expect(select(2, private:get(url, { max_bytes = 99999 })).code):to_be("limit")
      expect(#private:get(url, { max_bytes = 100000 }).body):to_be(100000)
      expect(select(2, private:get(url .. "/slow", { timeout = 0.02 })).code):to_be("timeout")
      expect(select(2, private:get(url .. "/head")).code):to_be("limit")
    end)
  end)
  it("tells who breaks off", function()
    with_server(function() return 200, { ["Content-Length"] = "100" }, nil end, function(url)
      expect(select(2, private:get(url)).code):to_be("io")
    end)
  end)
  it("raises for orders that are none", function()
    expect(function() http.get("http://h", { tiemout = 1 }) end):to_raise("Did you mean 'timeout'")
    expect(function() http.get("http://h", { headers = { ["A"] = "b\r\nC: d" } }) end):to_raise("no control characters")
    expect(function() http.get("http://h", { headers = { ["A B"] = "b" } }) end):to_raise("no colon and no blank")
    expect(function() http.request { url = "http://h", method = "get it" } end):to_raise("upper case")
    expect(function() http.get() end):to_raise("url")
  end)
end)

describe("the guard", function()
  it("refuses what is not public, by any spelling and after any redirect", function()
    with_server(function() return 200, {}, "secret" end, function(url)
      local port = url:match("%d+$")
      assert(private:get(url)) -- a pooled connection must not serve the others
      for _, host in ipairs { "127.0.0.1", "localhost", "2130706433", "0x7f.1", "017700000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0" } do
        local res, err = http.get(("http://%s:%s/"):format(host, port), { retries = 0 })
        expect(res):to_be_nil()
        expect(err.code):to_be("denied")
      end
    end)
  end)
  it("refuses addresses that are read in two ways", function()
    for _, url in ipairs { "file:///etc/passwd", "http://a b/", "http://a\\@b/", "http:///x", "gopher://h/", "" } do
      local res, err = http.get(url)
      expect(res):to_be_nil()
      expect(err.code):to_be("invalid")
    end
  end)
end)

describe("a body", function()
  local text = ("0123456789"):rep(200000)
  it("goes to a function, which may wait", function()
    with_server(function() return 200, {}, text end, function(url)
      local parts = {}
      local res = assert(private:get(url, { to = function(bytes) parts[#parts + 1] = bytes timer.sleep(0) end }))
      expect(res.status):to_be(200)
      expect(res.body):to_be_nil()
      expect(table.concat(parts) == text):to_be(true)
      local none, err = private:get(url, { to = function() return nil, "enough" end })
      expect(none):to_be_nil()
      expect(err):to_be("enough")
    end)
  end)
  it("goes to a file, whole or not at all", function()
    with_server(function(r)
      if r.path == "/broken" then return 200, { ["Content-Length"] = "100" }, nil end
      if r.path == "/none" then return 404, {}, "no" end
      return 200, {}, text
    end, function(url)
      local path = os.tmpname()
      expect(private:get(url, { to = path }).status):to_be(200)
      expect(fs.read(path) == text):to_be(true)
      expect(private:get(url .. "/none", { to = path }).status):to_be(404)
      expect(private:get(url .. "/broken", { to = path })):to_be_nil()
      expect(fs.read(path) == text):to_be(true)
      expect(fs.exists(path .. ".part")):to_be(false)
      fs.remove(path)
    end)
  end)
  it("is read as it comes, and a closed response ends it", function()
    with_server(function() return 200, {}, text end, function(url)
      local res <close> = assert(private:open(url))
      expect(res.status):to_be(200)
      expect(res:read()):to_hold()
    end)
  end)
end)

describe("requests to a host", function()
  it("are so many at once, with a pause between", function()
    local now, most = 0, 0
    with_server(function()
      now = now + 1
      most = math.max(most, now)
      timer.sleep(0.003)
      now = now - 1
      return 200, {}, "x"
    end, function(url)
      local polite = http.client { private = true, per_host = 2, pause = 0.004 }
      local began = timer.now()
      local jobs = {}
      for i = 1, 6 do jobs[i] = function() return polite:get(url).status end end
      expect(task.all(jobs)):to_equal { 200, 200, 200, 200, 200, 200 }
      expect(most <= 2):to_hold()
      expect(timer.now() - began >= 0.02):to_hold()
    end)
  end)
  it("are repeated when that can help", function()
    local tries = 0
    with_server(function(r)
      tries = tries + 1
      if r.path == "/busy" and tries < 3 then return 503, {}, "" end
      if r.path == "/never" then return 503, { ["Retry-After"] = "3600" }, "" end
      return 200, {}, "x"
    end, function(url)
      local again = http.client { private = true, backoff = 0.001 }
      expect(again:get(url .. "/busy").status):to_be(200)
      expect(tries):to_be(3)
      tries = 0
      expect(again:get(url .. "/busy", { retries = 1 }).status):to_be(503)
      expect(tries):to_be(2)
      tries = 0
      expect(again:post(url .. "/busy", "x").status):to_be(503)
      expect(tries):to_be(1)
      tries = 0
      expect(again:get(url .. "/never").status):to_be(503) -- an hour is too long to wait for
      expect(tries):to_be(1)
    end)
  end)
  it("wait as long as the server asks", function()
    local tries = 0
    with_server(function()
      tries = tries + 1
      if tries == 1 then return 429, { ["Retry-After"] = "1" }, "" end
      return 200, {}, "x"
    end, function(url)
      local began = timer.now()
      expect(http.get(url, { private = true, backoff = 0 }).status):to_be(200)
      expect(timer.now() - began >= 1):to_hold()
    end)
  end)
  it("end when their task is canceled", function()
    with_server(function() timer.sleep(5) return 200, {}, "x" end, function(url)
      local asking = task.spawn(function() return private:get(url) end)
      timer.sleep(0.005)
      asking:cancel()
      expect(select(2, asking:join()).code):to_be("canceled")
      local res, err = task.timeout(0.005, private.get, private, url)
      expect(res):to_be_nil()
      expect(err.code):to_be("timeout")
    end)
  end)
end)
