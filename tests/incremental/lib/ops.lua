--- lib.ops: what an edit does to a site's folder, as data: it can be done again, left out, and printed as a shell script.
---
--- An operation is { "write", path, bytes }, { "remove", path }, { "move", from, to }, { "at", TIME or false }, { "drafts", yes } or
--- { "put", script }.
--- Paths are relative to the site. One that finds nothing to do does nothing: shrinking leaves out what others built on.
local fs = require("lede.fs")
local process = require("lede.process")

local M = {}

--- Plain, without fs.write's syncs: a thousand edits would wait for the disk.
local function write(path, bytes)
  assert(fs.mkdir(path:match("^(.*)/")))
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(bytes))
end

local does = {}

function does.write(site, path, bytes) write(site.root .. "/" .. path, bytes) end

function does.remove(site, path) os.remove(site.root .. "/" .. path) end

function does.move(site, from, to)
  if fs.exists(site.root .. "/" .. from) then
    assert(fs.mkdir((site.root .. "/" .. to):match("^(.*)/")))
    assert(os.rename(site.root .. "/" .. from, site.root .. "/" .. to))
  end
end

function does.at(site, at) site.at = at or nil end
function does.drafts(site, yes) site.drafts = yes end

--- A script that puts into the store what no file holds.
function does.put(site, script)
  write(site.work .. "/put.lua", script)
  local result = assert(process.run { site.program, "run", site.work .. "/put.lua", site.store })
  if result.status ~= 0 then error("a script that puts ended with " .. tostring(result.status) .. ": " .. result.err) end
end

---@param site table what it is done to: root, work, store, program, at
---@param op table
function M.apply(site, op) does[op[1]](site, table.unpack(op, 2)) end

--- ---- as a script

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function octal(bytes)
  return quoted(bytes:gsub("[^ !#$&()-~]", function(c) return ("\\%03o"):format(c:byte()) end):gsub("%%", "%%%%"))
end

local says = {}

function says.write(path, bytes)
  local target = quoted(path)
  local make = "mkdir -p " .. quoted(path:match("^(.*)/") or ".") .. "; "
  if utf8.len(bytes) and bytes:sub(-1) == "\n" and not bytes:find("\nEND_OF_FILE\n", 1, true) and not bytes:find("[%z\r]") then
    return ("%scat >%s <<'END_OF_FILE'\n%sEND_OF_FILE"):format(make, target, bytes)
  end
  return ("%sprintf %s >%s"):format(make, octal(bytes), target)
end

function says.remove(path) return "rm -f " .. quoted(path) end
function says.move(from, to) return ("mkdir -p %s; mv %s %s"):format(quoted(to:match("^(.*)/")), quoted(from), quoted(to)) end
function says.at(at) return at and "at='--at " .. at .. "'" or "at=" end
function says.drafts(yes) return "drafts=" .. (yes and "--drafts" or "") end
function says.put(script)
  return ("cat >../put.lua <<'END_OF_FILE'\n%sEND_OF_FILE\n\"$lede\" run ../put.lua ../step/lede.db"):format(script)
end

--- One line for people.
function M.name(op) return op[1] .. " " .. tostring(op[2]):match("^[^\n]*") end

--- The steps as a script that shows the difference: lede=build/lede sh script SITE.
---@param steps table[] lists of operations
---@return string
function M.script(steps)
  local lines = { "set -u; lede=${lede:-lede}; work=$(mktemp -d); cp -r \"$1\" \"$work/site\"; cd \"$work/site\"; mkdir ../step ../whole; at= drafts=",
    "step() { \"$lede\" publish --no-fsync $at $drafts -d ../step/out --store ../step/lede.db 2>../step/words >/dev/null; }", "step" }
  for _, step in ipairs(steps) do
    for _, op in ipairs(step) do lines[#lines + 1] = says[op[1]](table.unpack(op, 2)) end
    lines[#lines + 1] = "step"
  end
  lines[#lines + 1] = "cp ../step/lede.db ../whole/; \"$lede\" publish --no-sync --no-fsync $at $drafts -d ../whole/out --store ../whole/lede.db 2>../whole/words >/dev/null"
  lines[#lines + 1] = "diff -r -x '.lede-manifest*' ../step/out ../whole/out; diff ../step/words ../whole/words"
  return table.concat(lines, "\n") .. "\n"
end

return M
