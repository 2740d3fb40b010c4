--- lib.tree: a published site as a table from path to bytes, its manifest with it.
local fs = require("lede.fs")

local M = {}

local function read(path)
  local file <close> = io.open(path, "rb")
  return file and file:read("a")
end

--- What lies in the folder; nil when it is not there.
function M.read(folder)
  if not fs.is_dir(folder) then return nil end
  local tree = {}
  for _, path in ipairs(assert(fs.walk(folder))) do tree[path] = read(folder .. "/" .. path) end
  local manifest = read(folder .. "/.lede-manifest")
  tree[".lede-manifest"] = manifest and manifest:gsub("^[^\n]*\n", "") or nil -- its first line has a serial and a time
  return tree
end

--- The first path in which two trees differ; nil when there is none. A tree that is not there is nil.
function M.differ(a, b)
  if not a or not b then return a ~= b and "the whole of it" or nil end
  for path, bytes in pairs(a) do
    if b[path] ~= bytes then return path end
  end
  for path in pairs(b) do
    if a[path] == nil then return path end
  end
end

--- Whether the manifest says what the bytes are: path, size, SHA-256. Gives what it is wrong about.
function M.lies(folder)
  local rows = {}
  for sum, size, path in (read(folder .. "/.lede-manifest") or ""):gmatch("\n(%x+) (%d+) ([^\n]+)") do rows[path] = sum .. " " .. size end
  for _, path in ipairs(fs.walk(folder) or {}) do
    local full = folder .. "/" .. path
    if rows[path] ~= ("%s %d"):format(assert(fs.sha256(full)), #read(full)) then return path end
    rows[path] = nil
  end
  return (next(rows))
end

return M
