--- lede.repl: Lua on the desk, line by line. Each line runs as a task: what waits is waited for, Ctrl-C cancels it.

local core = require("lede.task_core")
local fs = require("lede.fs")
local host = require("lede.host")
local line_editor = require("lede.line")
local types = require("lede.types")

local M = {}

local SHOWN_DEPTH, SHOWN_ITEMS = 3, 20

--- ---- showing

local function quoted(value) return type(value) == "string" and ("%q"):format(value) or tostring(value) end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    if math.type(a) and math.type(b) then return a < b end
    return math.type(a) ~= nil and not math.type(b) or (not math.type(b) and tostring(a) < tostring(b)) or false
  end)
  return keys
end

--- A value as Lua would write it, as far as it is short.
function M.show(value, depth)
  depth = depth or 0
  local mt = type(value) == "table" and getmetatable(value)
  if type(value) ~= "table" or depth > SHOWN_DEPTH or (type(mt) == "table" and mt.__tostring) then return quoted(value) end
  local parts, next_index = {}, 1
  for _, key in ipairs(sorted_keys(value)) do
    if #parts == SHOWN_ITEMS then
      parts[#parts + 1] = "..."
      break
    end
    local shown = M.show(value[key], depth + 1)
    if key == next_index then
      parts[#parts + 1], next_index = shown, next_index + 1
    elseif type(key) == "string" and key:find("^[%a_][%w_]*$") then
      parts[#parts + 1] = key .. " = " .. shown
    else
      parts[#parts + 1] = "[" .. quoted(key) .. "] = " .. shown
    end
  end
  return #parts == 0 and "{}" or "{ " .. table.concat(parts, ", ") .. " }"
end

--- ---- completion

--- What stands before the last "." or ":" of a word, looked up without calling anything of the user's.
local function value_of(env, path)
  local value = env
  for name in path:gmatch("[%a_][%w_]*") do
    if type(value) ~= "table" then return nil end
    local own = rawget(value, name)
    if own == nil and value == env then own = rawget(_G, name) or (name == "lede" and require("lede")) or nil end
    if own == nil and value == require("lede") then
      local ok, module = pcall(require, "lede." .. name)
      own = ok and module or nil
    end
    value = own
  end
  return value
end

local function add_names(names, from, prefix)
  for name in pairs(from) do
    if type(name) == "string" and name:sub(1, #prefix) == prefix and name:find("^[%a_][%w_]*$") then names[name] = true end
  end
end

local function names_after(env, base, mark, prefix)
  local names, value = {}, value_of(env, base)
  if value == require("lede") then
    for _, module in ipairs(types.modules) do names[module] = module:sub(1, #prefix) == prefix or nil end
    return names
  end
  local module = base:match("^lede%.([%w_]+)$")
  if module then add_names(names, types.of(module).functions, prefix) end
  if type(value) == "table" then add_names(names, value, prefix) end
  if mark == ":" and type(value) ~= "table" then add_names(names, type(value) == "string" and string or types.methods(), prefix) end
  return names
end

--- The words that one may become, sorted.
function M.complete(env, word)
  local base, mark, prefix = word:match("^(.*)([.:])([%w_]*)$")
  local names
  if base then
    names = names_after(env, base, mark, prefix)
  else
    names = {}
    for _, from in ipairs { env, _G, { lede = true } } do add_names(names, from, word) end
    base, mark = "", ""
  end
  local list = {}
  for name in pairs(names) do list[#list + 1] = base .. mark .. name end
  table.sort(list)
  return list
end

--- ---- one line

--- The chunk of an expression or of statements; nil and true when there is more to come.
local function compile(text, env)
  local chunk = load("return " .. text, "=line", "t", env)
  if chunk then return chunk end
  local statements, message = load(text, "=line", "t", env)
  if statements then return statements end
  return nil, message:find("<eof>", 1, true) ~= nil, message
end

local function trace(err) return (debug.traceback(tostring(err), 3):gsub("\n\t%[C%]: in function 'xpcall'.*$", "")) end

--- Runs a chunk as a task that Ctrl-C cancels, and prints what comes of it.
local function evaluate(chunk, write)
  local outcome
  local task = core.spawn(function() outcome = table.pack(xpcall(chunk, trace)) end)
  core.on_interrupt(task)
  local _, err = task:join()
  if err or not outcome then
    write(tostring(err) .. "\n")
  elseif not outcome[1] then
    write(outcome[2] .. "\n")
  elseif outcome.n > 1 then
    local shown = {}
    for i = 2, outcome.n do shown[#shown + 1] = M.show(outcome[i]) end
    write(table.concat(shown, "\t") .. "\n")
  end
end

--- ---- the loop

--- Where lines are remembered: $XDG_STATE_HOME/lede/history, else below the home folder; nil without either.
function M.history_file()
  local home = os.getenv("HOME")
  local state = os.getenv("XDG_STATE_HOME") or (home and home .. "/.local/state")
  if not state or not fs.mkdir(state .. "/lede") then return nil end
  return state .. "/lede/history"
end

--- A reader of lines: of the terminal, edited; else of stdin as it is. Each gives nil at the end, false when interrupted.
local function open_reader(options, env)
  if not host.is_terminal(0) then
    local ask = function() return io.read("L") end
    return setmetatable({ ask = ask, remember = function() end }, { __close = function() end })
  end
  local line = line_editor.open(options.history, function(word) return M.complete(env, word) end)
  local reader = { remember = function(text) line:remember(text) end }
  function reader.ask(prompt)
    local asking = core.spawn(function() return line:ask(prompt) end)
    core.on_interrupt(asking)
    local text, err = asking:join()
    if err then
      io.write("\n")
      return false
    end
    return text
  end
  return setmetatable(reader, { __close = function() line:close() end })
end

--- Reads until a whole piece is there. Gives its chunk, or nil and whether that is the end.
local function read_piece(reader, env, write)
  local text
  while true do
    local more = reader.ask(text and ">> " or "> ")
    if not more then return nil, more == nil end
    text = (text and text .. "\n" or "") .. more
    local chunk, unfinished, message = compile(text, env)
    if chunk or not unfinished then
      if text:find("%S") then reader.remember(text) end
      if not chunk then write(message .. "\n") end
      return chunk, false
    end
  end
end

--- Runs until the end of the input. Names that are assigned to are kept from line to line.
---@param options { history?: string, quiet?: boolean }
function M.run(options)
  local env = setmetatable({}, { __index = _G })
  local function write(text) io.write(text) io.flush() end
  local reader <close> = open_reader(options, env)
  if not options.quiet and host.is_terminal(0) then
    write("lede " .. host.version() .. ", Lua 5.4. Names are kept without `local`; Tab completes; Ctrl-D ends.\n")
  end
  while true do
    local chunk, ended = read_piece(reader, env, write)
    if ended then break end
    if chunk then evaluate(chunk, write) end
  end
  core.on_interrupt(false)
  return 0
end

return M
