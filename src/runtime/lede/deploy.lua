--- lede.deploy: what plugins that bring the live site elsewhere share: which files differ from what is there, and in which order
--- they go, so that nothing points at what has not arrived. Desk only.
---
--- What is there is known from a file in var/deploy, lines of "PRINT PATH" and "- PATH", the last of a path counts. It is appended
--- to while files are sent, so who is killed goes on from there; what lede did not send is never removed.

local delivery = require("lede.delivery")
local fs = require("lede.fs")
local hash = require("lede.hash")

local M = {}

local TOGETHER = 100 -- lines are written so many at a time: as many files may be sent again after a kill, which does no harm
local FEEDS = { xml = true, rss = true, atom = true, json = true, opml = true, txt = true }

--- ---- the live tree

---@class lede.DeployFile
---@field path string
---@field sum string      SHA-256, hexadecimal
---@field size integer
---@field print? string   tells whether it is there as it would be sent

--- The files of a tree of lede's, by path.
---@param tree string
---@return table<string, lede.DeployFile>|nil, any
function M.manifest(tree)
  local text, err = fs.read(tree .. "/.lede-manifest")
  if not text then return nil, err end
  local files = {}
  for sum, size, path in text:gmatch("\n(%x+) (%d+) ([^\n]+)") do
    if #sum == 64 then files[path] = { path = path, sum = sum, size = math.tointeger(size) } end
  end
  return files
end

---@param path string
---@return "pages"|"feeds"|"files"
function M.class_of(path)
  local ending = (path:match("%.(%w+)$") or ""):lower()
  return ending == "html" and "pages" or FEEDS[ending] and "feeds" or "files"
end

--- 1: what pages need, 2: pages of one article, 3: lists of them, 4: what sends others to them.
local function turn_of(path, store)
  local class = M.class_of(path)
  if class == "files" then return 1 end
  if class == "feeds" then return 4 end
  return store:get(delivery.url_of(path)) and 2 or 3
end

local function by_path(a, b) return a.path < b.path end

--- What is to be done, in four turns of files that are sent and a fifth of those that go.
---@param files table<string, lede.DeployFile> with prints
---@param remote lede.DeployRemote
---@param store lede.Store
---@return lede.DeployFile[][]
function M.turns(files, remote, store)
  local turns = { {}, {}, {}, {}, {} }
  for path, file in pairs(files) do
    local turn = remote.has[path] ~= (file.print or file.sum) and turns[turn_of(path, store)]
    if turn then turn[#turn + 1] = file end
  end
  for path in pairs(remote.has) do
    if not files[path] then turns[5][#turns[5] + 1] = { path = path } end
  end
  for _, turn in ipairs(turns) do table.sort(turn, by_path) end
  return turns
end

--- ---- what is there

---@class lede.DeployRemote
---@field has table<string, string> prints by path
local Remote = {}
Remote.__index = Remote

--- What a target of a plugin has.
---@param workspace lede.Workspace
---@param row lede.DeliveryRow
---@return lede.DeployRemote|nil, any
function M.remote(workspace, row)
  local folder = workspace.var .. "/deploy"
  local made, err = fs.mkdir(folder)
  if not made then return nil, err end
  local file, has = ("%s/%s"):format(folder, hash.sha256(row.plugin .. "\n" .. row.target):sub(1, 16)), {}
  for print_of, path in (fs.read(file) or ""):gmatch("(%S+) ([^\n]+)\n") do has[path] = print_of ~= "-" and print_of or nil end
  return setmetatable({ file = file, has = has, lines = {} }, Remote)
end

--- Writes down what was noted.
function Remote:flush()
  if #self.lines == 0 then return true end
  local lines = table.concat(self.lines)
  self.lines = {}
  local out <close>, err = fs.open(self.file, "a")
  if not out then return nil, err end
  return out:write(lines)
end

local function note(self, line)
  self.lines[#self.lines + 1] = line
  if #self.lines >= TOGETHER then return self:flush() end
  return true
end

--- A file is there now.
---@param file lede.DeployFile
function Remote:put(file)
  self.has[file.path] = file.print or file.sum
  return note(self, self.has[file.path] .. " " .. file.path .. "\n")
end

--- A file is there no more.
---@param file lede.DeployFile
function Remote:gone(file)
  self.has[file.path] = nil
  return note(self, "- " .. file.path .. "\n")
end

--- One line a file again, when all is done.
function Remote:compact()
  local paths, lines = {}, {}
  for path in pairs(self.has) do paths[#paths + 1] = path end
  table.sort(paths)
  for i, path in ipairs(paths) do lines[i] = self.has[path] .. " " .. path .. "\n" end
  self.lines = {}
  return fs.write(self.file, table.concat(lines))
end

--- ---- all of it

---@class lede.Deployment
---@field prints? fun(files: table<string, lede.DeployFile>) says of each file how it would be sent
---@field send fun(turn: lede.DeployFile[], remote: lede.DeployRemote): true|nil, any  notes what it did at the remote
---@field remove fun(turn: lede.DeployFile[], remote: lede.DeployRemote): true|nil, any

--- Brings what is elsewhere up to the live tree, turn by turn. What was done before a failure is done.
---@param desk lede.DeliveryDesk
---@param row lede.DeliveryRow
---@param how lede.Deployment
---@return true|nil, string|lede.DeliveryProblem
function M.run(desk, row, how)
  local files, err = M.manifest(desk.workspace.output)
  local remote
  if files then remote, err = M.remote(desk.workspace, row) end
  if not remote then return nil, tostring(err) end
  if how.prints then how.prints(files) end
  local count = 0
  for n, turn in ipairs(M.turns(files, remote, desk.store)) do
    if #turn > 0 then
      local ok, problem = (n < 5 and how.send or how.remove)(turn, remote)
      if not ok then
        remote:flush()
        return nil, type(problem) == "table" and problem.message and problem or { message = tostring(problem) }
      end
    end
    count = count + #turn
  end
  local ok, why = remote:compact()
  if not ok then return nil, tostring(why) end
  return true, count .. " files"
end

return M
