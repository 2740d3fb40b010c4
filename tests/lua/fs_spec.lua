-- lede.fs: files, waited for in a task and blocked for elsewhere.
local fs, task = lede.fs, lede.task

local folder
local function at(name) return folder .. "/" .. name end

describe("files", function()
  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(fs.mkdir(folder))
  end)
  it("are written whole, looked at, listed, renamed and removed", function()
    expect(fs.write(at("a"), "text")):to_be(true)
    expect(fs.read(at("a"))):to_be("text")
    expect(fs.stat(at("a")).size):to_be(4)
    expect(fs.stat(folder).kind):to_be("folder")
    expect(fs.rename(at("a"), at("b"))):to_be(true)
    expect(fs.list(folder)):to_equal { "b" }
    expect(fs.remove(at("b"))):to_be(true)
    expect(fs.remove(folder)):to_be(true)
    expect(select(2, fs.stat(folder)).code):to_be("not-found")
  end)
  it("are refused by name", function()
    local text, err = fs.read(at("none"))
    expect(text):to_be_nil()
    expect(err.code):to_be("not-found")
    expect(tostring(err)):to_contain("none")
    expect(function() fs.read("a\0b") end):to_raise("no NUL")
    expect(select(2, fs.list(at("none"))).code):to_be("not-found")
    expect(select(2, fs.rename(at("none"), at("other"))).code):to_be("not-found")
  end)
  it("are read and written piece by piece", function()
    do
      local file <close> = assert(fs.open(at("a"), "w"))
      for i = 1, 3 do assert(file:write("line " .. i .. "\n")) end
      assert(file:sync())
    end
    do
      local file <close> = assert(fs.open(at("a"), "a"))
      assert(file:write("more"))
    end
    local file = assert(fs.open(at("a")))
    expect(file:read(7)):to_be("line 1\n")
    expect(file:read()):to_be("line 2\nline 3\nmore")
    expect(file:read()):to_be_nil()
    file:close()
    expect(function() file:read() end):to_raise("closed")
    expect(select(2, fs.open(at("none"))).code):to_be("not-found")
    expect(function() fs.open(at("a"), "rw") end):to_raise("invalid option")
  end)
  it("are the same for who waits and for who blocks", function()
    assert(fs.write(at("a"), "text"))
    local got = { task.may_wait(), fs.read(at("a")) }
    coroutine.wrap(function() got[3], got[4] = task.may_wait(), fs.read(at("a")) end)()
    table.sort({ 1, 2 }, function() got[5] = fs.read(at("a")) return false end)
    expect(got):to_equal { true, "text", false, "text", "text" }
  end)
  it("are read by many tasks at once", function()
    local names = {}
    for i = 1, 50 do
      names[i] = at("f" .. i)
      assert(fs.write(names[i], tostring(i)))
    end
    local texts = task.limit(16, names, function(name) return (fs.read(name)) end)
    for i = 1, 50 do expect(texts[i]):to_be(tostring(i)) end
  end)
end)
