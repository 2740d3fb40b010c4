--- One deployment: a run of rsync for each turn, with the list of its files.
local deploy = require("lede.deploy")
local fs = require("lede.fs")
local process = require("lede.process")

local M = {}

--- The words of one run. Files that go are named in the list and missing here.
---@param options { to: string, ssh: string, options: string[] }
---@param tree string
---@param list string file with a path a line
---@param goes boolean
---@return string[]
function M.words(options, tree, list, goes)
  local words = { "rsync", "--recursive", "--links", "--times", "--perms", "--from0", "--files-from=" .. list }
  if goes then words[#words + 1] = "--delete-missing-args" end
  if options.ssh ~= "" then table.move({ "--rsh", options.ssh }, 1, 2, #words + 1, words) end
  table.move(options.options, 1, #options.options, #words + 1, words)
  words[#words + 1] = tree .. "/"
  words[#words + 1] = options.to
  return words
end

--- rsync's own words for what another try can mend: connections, time, files that vanished.
local PASSING = { [10] = true, [12] = true, [23] = true, [24] = true, [30] = true, [35] = true, [255] = true }

local function sync(options, tree, list, turn, goes)
  local paths = {}
  for i, file in ipairs(turn) do paths[i] = file.path .. "\0" end
  local ok, err = fs.write(list, table.concat(paths))
  if not ok then return nil, { message = tostring(err) } end
  local words = M.words(options, tree, list, goes)
  words.timeout = options.timeout
  local ended, refused = process.run(words)
  fs.remove(list)
  if not ended then return nil, { message = tostring(refused) } end
  if ended.status == 0 then return true end
  return nil, {
    message = ("rsync ended with %s: %s"):format(tostring(ended.status), ended.err:match("[^\n]+") or ""), is_targets = true,
    is_final = not PASSING[ended.status or 255],
  }
end

--- Brings the folder up to the live tree. What was done before a failure is done.
---@param options table
---@param row table
---@param desk lede.DeliveryDesk
function M.run(options, row, desk)
  local tree = desk.workspace.output
  local files, err = deploy.manifest(tree)
  local remote
  if files then remote, err = deploy.remote(desk.workspace, row) end
  if not remote then return nil, tostring(err) end
  local count = 0
  for n, turn in ipairs(deploy.turns(files, remote, desk.store)) do
    local ok, problem = true, nil
    if #turn > 0 then ok, problem = sync(options, tree, remote.file .. ".list", turn, n == 5) end
    if not ok then
      remote:flush()
      return nil, problem
    end
    for _, file in ipairs(turn) do
      if n < 5 then remote:put(file) else remote:gone(file) end
    end
    count = count + #turn
  end
  local ok, why = remote:compact()
  if not ok then return nil, tostring(why) end
  return true, count .. " files"
end

return M
