--- vectors.lua OWN.jsonl [FOLDER]: prints every vector as one {"id","html"} line: our own, and those of other projects when
--- their folder is there.
local own, folder = ...

local function put(id, html) print(lede.json.encode { id = id, html = html }) end

io.write(assert(lede.fs.read(own)))

--- A file that is a list of vectors, which stand under that key.
local function others(name, key)
  local text = folder and lede.fs.read(folder .. "/" .. name)
  if not text then
    io.stderr:write("note: the vectors of ", name, " are not beside the project\n")
    return
  end
  text = text:gsub("\\u0000", "\\ufffd") -- lede's JSON has no NUL; our own vectors have one
  for i, vector in ipairs(assert(lede.json.decode(text))) do put(("%s#%d"):format(name:match("^[%w]+"), i), vector[key]) end
end

others("dompurify/expect.json", "payload")
others("html5lib-sanitizer-tests1.json", "input")
