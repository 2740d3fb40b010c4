-- lede.watch: files that change.
local fs, task, watch = lede.fs, lede.task, lede.watch

local root
local function at(name) return root .. "/" .. name end

--- What changes while fn runs, in one or more tellings, until `last` was among it.
local function changes(seen, last, fn)
  fn()
  local all = {}
  while true do
    for _, path in ipairs(assert(task.timeout(5, seen.next, seen))) do all[path] = true end
    task.pause()
    if all[last] then return all end
  end
end

describe("a watch", function()
  before_each(function()
    root = os.tmpname()
    os.remove(root)
    assert(fs.mkdir(root .. "/sub"))
    assert(fs.mkdir(root .. "/.hidden"))
    assert(fs.write(at("sub/a.md"), "one"))
  end)
  it("tells what was made, written, renamed and removed, in folders too", function()
    local seen <close> = assert(watch.open(root, { quiet = 0.005 }))
    local all = changes(seen, "z", function()
      assert(fs.write(at("sub/a.md"), "two"))
      assert(fs.write(at("new"), "x"))
      assert(fs.rename(at("new"), at("z")))
      assert(fs.write(at(".hidden/x"), "x"))
    end)
    expect(all["sub/a.md"]):to_hold()
    expect(all["new"]):to_hold()
    expect(all[".hidden/x"]):to_be_nil()
    expect(changes(seen, "sub/a.md", function() assert(fs.remove(at("sub/a.md"))) end)["sub/a.md"]):to_hold()
  end)
  it("watches folders that come later, with what is in them already", function()
    local seen <close> = assert(watch.open(root, { quiet = 0.005 }))
    expect(changes(seen, "x/y/late.md", function()
      assert(fs.mkdir(at("x/y")))
      assert(fs.write(at("x/y/late.md"), "x"))
    end)["x"]):to_hold()
    expect(changes(seen, "x/y/later.md", function() assert(fs.write(at("x/y/later.md"), "x")) end)["x/y/later.md"]):to_hold()
    changes(seen, "x", function()
      for _, path in ipairs { "x/y/late.md", "x/y/later.md", "x/y", "x" } do assert(fs.remove(at(path))) end
    end)
  end)
  it("of a file tells of that file", function()
    local seen <close> = assert(watch.open(at("sub/a.md"), { quiet = 0.005 }))
    local all = changes(seen, "a.md", function()
      assert(fs.write(at("sub/other.md"), "x"))
      assert(fs.write(at("sub/a.md"), "x"))
    end)
    expect(all["other.md"]):to_be_nil()
  end)
  it("is refused for what is not there", function()
    local seen, err = watch.open(at("none"))
    expect(seen):to_be_nil()
    expect(err.code):to_be("not-found")
    expect(function() watch.open(root, { quiet = 0 }) end):to_raise("quiet")
  end)
  it("lets go who waits", function()
    local seen = assert(watch.open(root))
    local waiting = task.spawn(function() return seen:next() end)
    task.pause()
    waiting:cancel()
    expect(select(2, waiting:join()).code):to_be("canceled")
    seen:close()
    expect(function() seen:next() end):to_raise("closed")
  end)
end)
