--- Specs of lede.picture, lede.pictures and lede.process: what scripts on the desk do with pictures and programs.

local fs, picture, pictures, process = lede.fs, lede.picture, lede.pictures, lede.process

local folder = os.tmpname()
os.remove(folder)
assert(fs.mkdir(folder))

local function be32(n) return string.pack(">I4", n) end
local function png(width, height) return "\x89PNG\r\n\x1a\n" .. be32(13) .. "IHDR" .. be32(width) .. be32(height) .. "\8\2\0\0\0" end

local function put(name, bytes)
  assert(fs.write(folder .. "/" .. name, bytes))
  return folder .. "/" .. name
end

local function lines_of(name)
  local count = 0
  for _ in (fs.read(folder .. "/" .. name) or ""):gmatch("\n") do count = count + 1 end
  return count
end

describe("a picture", function()
  it("has a size and a type", function()
    expect(picture.size(put("a.png", png(640, 480)))):to_equal { width = 640, height = 480, type = "png" }
    expect(picture.find(folder)[1].path):to_be("a.png")
    expect(picture.find(folder)[1].size):to_be(#png(640, 480))
    expect(picture.size(put("a.svg", "<svg viewBox='0 0 16 9'/>"))):to_equal { width = 16, height = 9, type = "svg" }
  end)
  it("is refused with words when it is none", function()
    local size, err = picture.size(put("a.txt", "words"))
    expect(size):to_be_nil()
    expect(err.code):to_be("format")
    expect(tostring(err)):to_contain("a.txt")
    size, err = picture.size(folder .. "/none.png")
    expect(size):to_be_nil()
    expect(err.code):to_be("not-found")
  end)
end)

describe("variants of a picture", function()
  local source = put("source.png", png(1000, 500))
  for _, width in ipairs { 200, 400 } do put(width .. ".made", png(width, width // 2)) end
  local fake = put("fake", ("#!/bin/sh\necho run >>%s/runs\ncp %s/${3%%x}.made \"${7%%%%\\[*}\"\n"):format(folder, folder))
  os.execute("chmod +x " .. fake)
  local kept = folder .. "/pictures"
  local function make(widths, program) return pictures.variants(source, { widths = widths, folder = kept, program = program or fake }) end

  it("are made once, in the widths that it has", function()
    local list = assert(make { 400, 200, 1000, 2000, 400 })
    expect(#list):to_be(2)
    expect(list[1].width):to_be(200)
    expect(list[1].height):to_be(100)
    expect(list[2].width):to_be(400)
    expect(list[2].path):to_match("/pictures/%x+%-400%.png$")
    expect(lines_of("runs")):to_be(2)
    assert(make { 200, 400 })
    expect(lines_of("runs")):to_be(2)
  end)
  it("are made again when its bytes change, and nothing else is left behind", function()
    put("source.png", png(1000, 600))
    assert(make { 200 })
    expect(lines_of("runs")):to_be(3)
    expect(#fs.walk(kept)):to_be(3)
    local listing = io.popen("ls -A " .. kept .. " | wc -l")
    expect(math.tointeger(tonumber(listing:read("a")))):to_be(3)
    listing:close()
  end)
  it("are none for SVG and GIF", function()
    local svg = put("v.svg", "<svg width='900' height='900'/>")
    expect(pictures.variants(svg, { widths = { 200 }, folder = kept, program = fake })):to_equal {}
    local gif = put("v.gif", "GIF89a\xff\x0f\xff\x0f")
    expect(pictures.variants(gif, { widths = { 200 }, folder = kept, program = fake })):to_equal {}
    expect(lines_of("runs")):to_be(3)
  end)
  it("are refused when the program fails, with its words", function()
    local bad = put("bad", "#!/bin/sh\necho no such loader >&2\nexit 1\n")
    os.execute("chmod +x " .. bad)
    local list, err = make({ 300 }, bad)
    expect(list):to_be_nil()
    expect(tostring(err)):to_contain("no such loader")
  end)
  it("are refused of what is too large to be true", function()
    local huge = put("huge.png", png(100000, 100000))
    local list, err = pictures.variants(huge, { widths = { 200 }, folder = kept, program = fake })
    expect(list):to_be_nil()
    expect(err):to_contain("100000 x 100000")
  end)
  it("of another quality are others, where there is one", function()
    local jpeg = put("q.jpg", "\xff\xd8\xff\xc0\0\x0b\8" .. string.pack(">I2I2", 500, 1000) .. "\1\1\x11\0\xff\xda")
    local list = assert(pictures.variants(jpeg, { widths = { 200 }, quality = 60, folder = kept, program = fake }))
    expect(list[1].path):to_match("%-200q60%.jpg$")
    expect(pictures.has_program(fake)):to_be(true)
    expect(pictures.has_program("lede-no-such-program")):to_be(false)
  end)
  it("need a width that is one", function()
    expect(function() make { 0 } end):to_raise("'0' is no width")
    expect(function() pictures.variants(source, { widht = 1 }) end):to_raise("there is no option 'widht'")
  end)
end)

describe("a program", function()
  it("gives its status and both outputs", function()
    local result = assert(process.run { "sh", "-c", "echo $1 $WORD; echo no >&2; exit 3", "sh", "a  b", env = { WORD = "w" } })
    expect(result.status):to_be(3)
    expect(result.signal):to_be_nil()
    expect(result.out):to_be("a b w\n")
    expect(result.err):to_be("no\n")
  end)
  it("is refused when it is not there or takes too long", function()
    local result, err = process.run { "lede-no-such-program" }
    expect(result):to_be_nil()
    expect(err.code):to_be("not-found")
    result, err = process.run { "sleep", "100", timeout = 0.05 }
    expect(result):to_be_nil()
    expect(err.code):to_be("timeout")
  end)
  it("needs words", function()
    expect(function() process.run {} end):to_raise("a program and its arguments")
    expect(function() process.run { "echo", 5 } end):to_raise("its words must be strings")
    expect(function() process.run { "echo", "a\0b" } end):to_raise("NUL")
    expect(function() process.run { "echo", timout = 5 } end):to_raise("there is no option 'timout'")
    expect(function() process.run { "echo", timeout = 0 } end):to_raise("timeout")
    expect(function() process.run { "echo", env = { ["A=B"] = "c" } } end):to_raise("without '='")
  end)
end)

os.execute("rm -rf " .. folder)
