--- lede.template: templates compiled to Lua that writes into the VM's buffer.
---
--- Tags as etlua's: <% code %>, <%= escaped %>, <%- raw %>; -%> eats the line end. A first <% layout("base") %> makes the rest
--- of the file the block "content" of that layout; <% block("x") %> … <% endblock() %> fills a block (in a file with a layout)
--- or holds its place, with default text (elsewhere, or inside another block); <% partial("card", { … }) %> includes.
---
--- A file becomes one Lua chunk with the same line numbers. Text outside blocks of a file with a layout is written aside and
--- put in where the layout says "content"; its blocks become closures, so locals of the file are seen in all of them.

local memo = require("lede.memo_core")
local output = require("lede.output")
local suggest = require("lede.suggest")

local M = {}

local DEPTH_MAX = 32
local units = 0 -- templates compiled in this VM: their numbers

--- Names that every template may use without asking; the host adds to them (M.new).
local STANDARD = { "ipairs", "pairs", "string", "table", "math", "tostring", "tonumber", "type", "require", "select", "lede", "error", "utf8" }

local function fail(shown, line, message) error(("%s:%d: %s"):format(shown, line, message), 0) end

local function count_lines(s)
  local n = 0
  for _ in s:gmatch("\n") do n = n + 1 end
  return n
end

--- Text as a Lua string whose line ends are the source's, so chunk and template agree about lines.
local function quote(text)
  return '"' .. text:gsub('[%c"\\]', function(c)
    if c == "\n" then return "\\\n" end
    if c == '"' or c == "\\" then return "\\" .. c end
    return ("\\%03d"):format(c:byte())
  end) .. '"'
end

local function long_bracket_end(source, at)
  local equals = source:match("^%[(=*)%[", at)
  local _, last = source:find("]" .. (equals or "") .. "]", at, true)
  return equals and (last or #source)
end

local function string_end(source, at)
  local quotes, i = source:sub(at, at), at + 1
  while true do
    local stop = source:find("[\\\n" .. quotes .. "]", i)
    if not stop then return #source end
    if source:sub(stop, stop) ~= "\\" then return stop end
    i = stop + 2
  end
end

--- Where the comment that begins at `at` ends: before the line's end or the tag's.
local function comment_end(source, at)
  local long = long_bracket_end(source, at + 2)
  if long then return long end
  local line, tag = source:find("\n", at, true) or #source + 1, source:find("%-?%%>", at + 2)
  return (tag and tag < line and tag or line) - 1
end

--- The code of the tag that begins at `from`, and where it closes. Strings and long brackets may hold "%>"; comments become
--- their line ends, for what follows on the line must not vanish in them.
local function read_code(source, from)
  local parts, start, i = {}, from, from
  while true do
    local at = source:find("[%-%%\"'%[]", i)
    if not at then return nil end
    local two = source:sub(at, at + 1)
    if two == "%>" or source:sub(at, at + 2) == "-%>" then
      parts[#parts + 1] = source:sub(start, at - 1)
      return table.concat(parts), at, two ~= "%>"
    elseif two == "--" then
      local last = comment_end(source, at)
      parts[#parts + 1] = source:sub(start, at - 1) .. " " .. source:sub(at, last):gsub("[^\n]+", "")
      start, i = last + 1, last + 1
    elseif two:find("^[\"']") then
      i = string_end(source, at) + 1
    else
      i = (long_bracket_end(source, at) or at) + 1
    end
  end
end

---@class lede.template.Piece
---@field kind "text"|"code"|"value"|"raw"|"layout"|"block"|"endblock"
---@field text string
---@field line integer
---@field tail string  line ends that were trimmed: kept as white space of the chunk

local function directive(code)
  local name = code:match('^%s*layout%s*%(?%s*["\']([^"\']+)["\']%s*%)?%s*$')
  if name then return "layout", name end
  name = code:match('^%s*block%s*%(?%s*["\']([^"\']+)["\']%s*%)?%s*$')
  if name then return "block", name end
  if code:find("^%s*endblock%s*%(?%s*%)?%s*$") then return "endblock", "" end
end

--- Splits source into pieces.
---@return lede.template.Piece[]
function M.scan(source, shown)
  local pieces, at, line = {}, 1, 1
  local function add(kind, text, tail)
    pieces[#pieces + 1] = { kind = kind, text = text, line = line, tail = tail or "" }
  end
  while true do
    local open = source:find("<%", at, true)
    if not open then
      if at <= #source then add("text", source:sub(at)) end
      return pieces
    end
    if open > at then
      add("text", source:sub(at, open - 1))
      line = line + count_lines(source:sub(at, open - 1))
    end
    local sign = source:match("^[=-]", open + 2)
    local from = open + 2 + (sign and 1 or 0)
    local code, close, trims = read_code(source, from)
    if not code then fail(shown, line, "this tag is not closed: %> is missing") end
    local after, tail = close + (trims and 3 or 2), ""
    if trims then
      local eaten = source:match("^[ \t]*\r?\n", after)
      if eaten then
        after = after + #eaten
        tail = "\n"
      end
    end
    local lines = count_lines(code) + #tail
    local kind, name = "code", nil
    if not sign then kind, name = directive(code) end
    if kind and kind ~= "code" then
      add(kind, name, (("\n"):rep(lines)))
    else
      add(sign == "=" and "value" or sign == "-" and "raw" or "code", code, tail)
    end
    line = line + lines
    at = after
  end
end

--- A value must be one expression: "a) b(" would otherwise compile to something else.
local function check_value(shown, piece)
  if not piece.text:find("%S") then fail(shown, piece.line, "there is nothing in this tag") end
  local ok, message = load("return " .. piece.text, "=tag", "t")
  if not ok then fail(shown, piece.line, "in a value: " .. message:gsub("^tag:%d+: ", "")) end
end

--- Words of the source that are helpers' names become locals of the chunk: no table is searched for them.
local function locals_for(source, helpers)
  local used = {}
  for _, name in ipairs(helpers) do
    if source:find("%f[%w_]" .. name .. "%f[^%w_]") then used[#used + 1] = name end
  end
  if #used == 0 then return "" end
  local from = {}
  for i, name in ipairs(used) do from[i] = "H." .. name end
  return ("local %s = %s; "):format(table.concat(used, ", "), table.concat(from, ", "))
end

--- The Lua source of a template: called once with the runtime and the helpers, gives function(E, B): environment, blocks
--- given from inside. What it calls are upvalues: no table is searched for them.
local function generate(pieces, source, shown, helpers)
  local out, n = {}, 0
  local function put(s) n = n + 1; out[n] = s end
  local layout, depth, open = nil, 0, {}
  for i, piece in ipairs(pieces) do
    if piece.kind == "layout" then
      for j = 1, i - 1 do
        if pieces[j].kind ~= "text" or pieces[j].text:find("%S") then fail(shown, piece.line, "layout(…) stands first in the file") end
      end
      layout = piece.text
    end
  end
  put(("local R, H = ...; local w, e, wv = R.w, R.e, R.w; %sreturn function(E, B) local _ENV = E; %s"):format(locals_for(source, helpers), source:find("partial", 1, true) and "local partial = R.partial(E); " or ""))
  if layout then put("local aside = R.aside(); ") end
  for _, piece in ipairs(pieces) do
    local kind = piece.kind
    if kind == "text" then
      if not (layout and depth == 0 and not piece.text:find("%S")) then put("w" .. quote(piece.text) .. ";") else put(("\n"):rep(count_lines(piece.text))) end
    elseif kind == "value" then
      check_value(shown, piece)
      put("e(" .. piece.text .. ");")
    elseif kind == "raw" then
      check_value(shown, piece)
      put("wv(" .. piece.text .. ");")
    elseif kind == "code" then
      put(piece.text .. " ")
    elseif kind == "block" then
      local definition = layout and depth == 0
      depth = depth + 1
      open[depth] = { definition = definition, line = piece.line, name = piece.text }
      if definition then
        put(("if not B[%q] then B[%q] = function() "):format(piece.text, piece.text))
      else
        put(("if B[%q] then R.fill(B, %q) else "):format(piece.text, piece.text))
      end
    elseif kind == "endblock" then
      if depth == 0 then fail(shown, piece.line, "endblock() without a block") end
      put(open[depth].definition and "end end " or "end ")
      depth = depth - 1
    end
    put(piece.tail)
  end
  if depth > 0 then fail(shown, open[depth].line, ("block(%q) is not closed: endblock() is missing"):format(open[depth].name)) end
  if layout then put((" R.outer(%q, E, B, aside)"):format(layout)) end
  put(" end")
  return table.concat(out)
end

--- A code frame of the lines around `line`.
local function frame(source, line)
  local lines, i = {}, 0
  for text in (source .. "\n"):gmatch("(.-)\n") do
    i = i + 1
    if i >= line - 1 and i <= line + 1 then lines[#lines + 1] = ("%s%4d | %s"):format(i == line and ">" or " ", i, text) end
  end
  return table.concat(lines, "\n")
end

--- Lua's message about the chunk in terms of the template: it names functions that the author never wrote.
local function in_words(message)
  return (message:gsub("near 'w[v]?'", "before the text that follows"):gsub("near 'e'", "before the value that follows")
    :gsub("near <eof>", "at the end of the file"))
end

local function mode_of(name)
  local ext = name:match("%.(%w+)$")
  return ext == "xml" and "xml" or ext == "json" and "json" or "html"
end

---@class lede.template.Engine
---@field render fun(self, name: string, env: table)

local PAGE = {} -- key: the page behind a strict environment

--- The names of a page as globals of its template and layouts. A name that is neither there nor a field a page may have is
--- an error; partials get the page itself, for arguments may be left out.
local function strict_class(fields, names)
  local known = {}
  for _, field in ipairs(fields) do known[field] = true end
  local function refuse(name)
    error(("a new variable '%s' was assigned: write local %s"):format(tostring(name), tostring(name)), 3)
  end
  return {
    __index = function(env, name)
      local value = rawget(env, PAGE)[name]
      if value ~= nil then
        rawset(env, name, value)
      elseif not known[name] then
        local all = table.move(names, 1, #names, #fields + 1, table.move(fields, 1, #fields, 1, {}))
        error(("undeclared variable '%s'.%s"):format(tostring(name), suggest.hint(name, all)), 2)
      end
      return value
    end,
    __newindex = function(_, name) refuse(name) end,
  }
end

--- Makes an engine. find(name) gives source and the name to show, or nil. helpers: functions that every template may call.
--- fields: names that a page may have; given them, a page's templates may use no other undeclared names.
---@param find fun(name: string): string|nil, string|nil
---@param helpers table<string, any>
---@param fields? string[]
function M.new(find, helpers, fields)
  local names, H = {}, {}
  for _, name in ipairs(STANDARD) do names[#names + 1], H[name] = name, _G[name] end
  for name, value in pairs(helpers) do names[#names + 1], H[name] = name, value end
  table.sort(names)

  local engine = { compiled = {}, sources = {}, runtimes = {} }
  local depth = 0

  local function compile(name)
    local unit = engine.compiled[name]
    if unit then return unit end
    local source, shown = find(name)
    if not source then error(("there is no template '%s'"):format(name), 0) end
    shown = shown or name
    engine.sources[shown] = source
    local code = generate(M.scan(source, shown), source, shown, names)
    local chunk, message = load(code, "@" .. shown, "t", _G)
    if not chunk then error(engine:explain(in_words(message)), 0) end
    units = units + 1
    unit = { fill = chunk(engine.runtimes[mode_of(shown)], H), number = units, has_blocks = code:find("B[", 1, true) ~= nil or code:find("R.outer", 1, true) ~= nil }
    engine.compiled[name] = unit
    return unit
  end

  local none = {}
  local strict = fields and strict_class(fields, names)

  local function run(name, env, blocks)
    local unit = compile(name)
    depth = depth + 1
    if depth > DEPTH_MAX then
      depth = 0
      error(("templates are nested more than %d deep, at '%s'"):format(DEPTH_MAX, name), 0)
    end
    unit.fill(env, blocks or (unit.has_blocks and {} or none))
    depth = depth - 1
  end

  --- partial(name, args) of one environment: names are sought in args, then in the page's. What it prints is kept under its
  --- arguments, unless it looks at the page; see script/memo.c.
  local open, close = memo.open, memo.close
  local function partial_of(env)
    local page, chain = rawget(env, PAGE), nil
    local around, is_page = page or env, page ~= nil
    return function(name, args)
      args = args or {}
      local level = open((engine.compiled[name] or compile(name)).number, args, around, is_page)
      if level == true then return end
      if level then
        run(name, args)
        return close(level)
      end
      chain = chain or { __index = around }
      run(name, setmetatable(args, chain))
    end
  end

  for _, mode in ipairs { "html", "xml", "json" } do
    engine.runtimes[mode] = {
      w = output.w,
      e = output[mode],
      partial = partial_of,
      aside = function()
        output.aside()
        return true
      end,
      outer = function(layout, env, blocks)
        local number = output.back()
        if blocks.content == nil then
          blocks.content = number
        end
        run(layout, env, blocks)
        output.drop(number)
      end,
      fill = function(blocks, name)
        local block = blocks[name]
        if type(block) == "number" then return output.emit(block) end
        block()
      end,
    }
  end

  --- Writes the template's output into the VM's buffer. Names that env does not have are nil.
  function engine:render(name, env) -- luacheck: no self
    depth = 0
    run(name, strict and setmetatable({ [PAGE] = env }, strict) or env, {})
  end

  --- A message with the lines of the template it speaks of.
  function engine:explain(message)
    message = tostring(message)
    for shown, line in message:gmatch("([%w_%-%./]+):(%d+):") do
      local source = self.sources[shown]
      if source then return message .. "\n" .. frame(source, tonumber(line)) end
    end
    return message
  end

  return engine
end

--- One template from a string, for scripts and tests: gives its output.
---@param source string
---@param env? table
---@param name? string shown in messages; ".xml" and ".json" choose the escaping
---@return string
function M.render(source, env, name)
  name = name or "template.html"
  local engine = M.new(function(wanted) return wanted == name and source or nil, name end, {})
  local sides, began = output.sides(), output.length()
  local level = memo.level()
  local ok, message = pcall(engine.render, engine, name, setmetatable({}, { __index = env or {} }))
  if not ok then
    memo.settle(level)
    output.undo(sides, began)
    error(engine:explain(message), 0)
  end
  return output.since(began)
end

return M
