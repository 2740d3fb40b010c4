local deliver = require("lede.deliver")
local delivery = require("lede.delivery")
local secret = require("lede.secret")

describe("what an answer means", function()
  it("200 to 299 is received", function() expect(deliver.judge { ok = true, status = 202 }):to_be(true) end)
  it("what passes is tried again, and the target is left alone", function()
    for _, status in ipairs { 408, 425, 429, 500, 503 } do
      local ok, problem = deliver.judge { status = status, retry_after = 7 }
      expect(ok):to_be(nil)
      expect(problem.is_targets and not problem.is_final and problem.retry_after):to_be(7)
    end
  end)
  it("what does not is final", function()
    for _, status in ipairs { 301, 400, 401, 404, 410, 422 } do
      local _, problem = deliver.judge { status = status }
      expect(problem.is_final and not problem.is_targets):to_be(true)
    end
  end)
  it("no answer is the target's", function()
    local _, problem = deliver.judge(nil, "no connection")
    expect(problem.is_targets and problem.message):to_be("no connection")
  end)
end)

describe("the wait before another try", function()
  it("doubles up to a limit, and is never the same for all", function()
    local policy = { first = 4, longest = 60 }
    for n, most in ipairs { 4, 8, 16, 32, 60, 60 } do
      for _ = 1, 50 do
        local wait = deliver.backoff(n, policy)
        expect(wait >= most / 2 and wait <= most):to_be(true)
      end
    end
    expect(deliver.backoff(5000, policy) <= 60):to_be(true)
  end)
end)

describe("the address of a file", function()
  it("of a folder's index is the folder's", function()
    expect(delivery.url_of("index.html")):to_be("/")
    expect(delivery.url_of("a/b/index.html")):to_be("/a/b/")
    expect(delivery.url_of("a/myindex.html")):to_be("/a/myindex.html")
    expect(delivery.url_of("feed.xml")):to_be("/feed.xml")
  end)
end)

describe("a secret", function()
  it("is named, never written", function()
    expect(secret.check("env:A_1")):to_be(true)
    expect(secret.check("file:/run/x")):to_be(true)
    expect(secret.check("s3cr3t")):to_be(nil)
    expect(secret.check("env:a b")):to_be(nil)
  end)
  it("is read where it is, or its place is told and not it", function()
    expect(secret.read("env:PATH")):to_be(os.getenv("PATH"))
    local value, why = secret.read("env:LEDE_NO_SUCH_SECRET")
    expect(value):to_be(nil)
    expect(why):to_contain("LEDE_NO_SUCH_SECRET")
    local file = os.tmpname()
    assert(lede.fs.write(file, "word\n"))
    expect(secret.read("file:" .. file)):to_be("word")
    os.remove(file)
  end)
end)

describe("hashes", function()
  it("are those of the standards", function()
    expect(lede.hash.sha256("abc")):to_be("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    expect(#lede.hash.sha256("", true)):to_be(32)
    expect(lede.hash.hmac_sha256("Jefe", "what do ya want for nothing?")):to_be("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843") -- RFC 4231
    expect(lede.hash.hmac_sha256(("\xaa"):rep(131), "Test Using Larger Than Block-Size Key - Hash Key First")):to_be("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  end)
end)

describe("a lock", function()
  it("is one's at a time", function()
    local file = os.tmpname()
    local lock = assert(lede.fs.lock(file))
    local other, err = lede.fs.lock(file)
    expect(other):to_be(nil)
    expect(err.code):to_be("busy")
    lock:close()
    local again <close> = assert(lede.fs.lock(file))
    expect(again ~= nil):to_be(true)
    os.remove(file)
  end)
end)
