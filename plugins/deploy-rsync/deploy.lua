--- One deployment: a run of rsync for each turn, with the list of its files.
local deploy = require("lede.deploy")
local fs = require("lede.fs")
local process = require("lede.process")

local M = {}

local function common(options, words)
  if options.ssh ~= "" then table.move({ "--rsh", options.ssh }, 1, 2, #words + 1, words) end
  return table.move(options.options, 1, #options.options, #words + 1, words)
end

--- The words of a run that sends the files of a list, a path each with a NUL behind it.
---@param options { to: string, ssh: string, options: string[] }
---@param tree string
---@param list string
---@return string[]
function M.words_to_send(options, tree, list)
  local words = common(options, { "rsync", "--recursive", "--links", "--times", "--perms", "--from0", "--files-from=" .. list })
  return table.move({ tree .. "/", options.to }, 1, 2, #words + 1, words)
end

--- The words of a run that removes what a list of patterns names, and the folders that are empty then: the files of an empty
--- folder are sent, and of what is not there elsewhere only that is looked at.
---@param empty string
---@return string[]
function M.words_to_remove(options, empty, list)
  local words = common(options, { "rsync", "--recursive", "--delete", "--from0", "--include-from=" .. list, "--exclude=*" })
  return table.move({ empty .. "/", options.to }, 1, 2, #words + 1, words)
end

--- A path, and the folders above it, as patterns.
---@param path string
---@param seen table<string, boolean>
---@param patterns string[]
function M.add_patterns(path, seen, patterns)
  local plain = path:gsub("[\\*?%[]", "\\%0")
  for at in plain:gmatch("()/") do
    local folder = "/" .. plain:sub(1, at)
    if not seen[folder] then seen[folder], patterns[#patterns + 1] = true, folder end
  end
  patterns[#patterns + 1] = "/" .. plain
end

--- rsync's own words for what another try can mend: connections, time, files that vanished.
local PASSING = { [10] = true, [12] = true, [23] = true, [24] = true, [30] = true, [35] = true, [255] = true }

local function run(options, list, lines, words)
  local ok, err = fs.write(list, table.concat(lines, "\0") .. "\0")
  if not ok then return nil, { message = tostring(err) } end
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

local function send(options, tree, turn, remote)
  local paths = {}
  for i, file in ipairs(turn) do paths[i] = file.path end
  local list = remote.file .. ".list"
  local ok, problem = run(options, list, paths, M.words_to_send(options, tree, list))
  if not ok then return nil, problem end
  for _, file in ipairs(turn) do remote:put(file) end
  return true
end

local function remove(options, folder, turn, remote)
  local patterns, seen, empty = {}, {}, folder .. "/empty"
  for _, file in ipairs(turn) do M.add_patterns(file.path, seen, patterns) end
  local made, err = fs.mkdir(empty)
  if not made then return nil, { message = tostring(err) } end
  local list = remote.file .. ".list"
  local ok, problem = run(options, list, patterns, M.words_to_remove(options, empty, list))
  if not ok then return nil, problem end
  for _, file in ipairs(turn) do remote:gone(file) end
  return true
end

--- Brings the folder up to the live tree.
---@param options table
---@param row table
---@param desk lede.DeliveryDesk
function M.run(options, row, desk)
  return deploy.run(desk, row, {
    send = function(turn, remote) return send(options, desk.workspace.output, turn, remote) end,
    remove = function(turn, remote) return remove(options, desk.workspace.var .. "/deploy", turn, remote) end,
  })
end

return M
