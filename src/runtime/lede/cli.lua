--- lede.cli: reads the command line by the table in lede.verbs and hands it to scripts/<verb>.lua.

local verbs = require("lede.verbs")
local suggest = require("lede.suggest")
local host = require("lede.host")
local log = require("lede.log")

local M = {}

local USAGE, ERROR = 2, 1

local function complain(message, status)
  log.info(message)
  return status or USAGE
end

local function did_you_mean(word, names)
  local near = suggest.nearest(word, names)
  return near and (" Did you mean '" .. near .. "'?") or ""
end

local function flag_names(flags)
  local names = {}
  for i, flag in ipairs(flags) do names[i] = flag[1] end
  return names
end

local function find_flag(flags, name, short)
  for _, flag in ipairs(flags) do
    if (not short and flag[1] == name) or (short and flag.short == name) then return flag end
  end
end

local function set(args, flag, value)
  if flag.arg and flag.type == "integer" then
    local n = math.tointeger(tonumber(value))
    if not n or n < 1 then return nil, ("--%s takes a number from 1, not '%s'"):format(flag[1], value) end
    value = n
  end
  args[flag[1]:gsub("-", "_")] = value
  return true
end

--- Splits words into flags and positional words. Gives the table of both, or nil and what is wrong.
---@param verb table
---@param words string[]
---@return table|nil args, string|nil message
function M.parse(verb, words)
  local flags, args, i = verbs.flags(verb), {}, 1
  while i <= #words do
    local word = words[i]
    if word == "--" or (verb.rest and #args > 0) then
      table.move(words, word == "--" and i + 1 or i, #words, #args + 1, args)
      break
    end
    local name, value = word:match("^%-%-([%w-]+)=(.*)$")
    name = name or word:match("^%-%-([%w-]+)$")
    local short = word:match("^%-(%a)")
    if name or short then
      local flag = find_flag(flags, name or short, not name)
      if not flag then
        return nil, ("'%s' has no flag %s.%s See: lede help %s"):format(verb.name, name and "--" .. name or "-" .. short,
          name and did_you_mean(name, flag_names(flags)) or "", verb.name)
      end
      if flag.arg and not value then
        if short and not name and #word > 2 then
          value = word:sub(3)
        else
          i = i + 1
          value = words[i]
          if not value then return nil, ("--%s needs %s"):format(flag[1], flag.arg) end
        end
      elseif not flag.arg and (value or (short and not name and #word > 2)) then
        return nil, ("--%s takes no value"):format(flag[1])
      end
      local ok, message = set(args, flag, flag.arg and value or true)
      if not ok then return nil, message end
    else
      args[#args + 1] = word
    end
    i = i + 1
  end
  return args
end

--- Runs a verb's script; gives its exit status. A script gives that, or nothing when all went well, or nil, what is wrong and
--- the status for it when it is not 1.
function M.run_verb(name, args)
  local source = host.embedded("scripts." .. name)
  local chunk = assert(load(source, "@scripts/" .. name .. ".lua", "t"))
  local status, message, otherwise = chunk()(require("lede"), args)
  if not status and message ~= nil then return complain(message, otherwise or ERROR) end
  return status or 0
end

--- argv[0] is the program. Gives the exit status.
function M.main(argv)
  local words = table.move(argv, 2, #argv, 1, {})
  local name = argv[1]
  if not name or name == "--help" or name == "-h" then return M.run_verb("help", {}) end
  if name == "--version" or name == "-V" then name = "version" end
  local verb = verbs.find(name)
  if not verb then
    return complain(("there is no verb '%s'.%s See: lede help"):format(name, did_you_mean(name, verbs.names())))
  end
  local args, message = M.parse(verb, words)
  if not args then return complain(message) end
  if args.help then return M.run_verb("help", { name }) end
  return M.run_verb(name, args)
end

M.ERROR, M.USAGE = ERROR, USAGE
return M
