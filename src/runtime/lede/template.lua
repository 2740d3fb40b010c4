--- lede.template: templates compiled to Lua that writes into the VM's buffer.
---
--- Tags as etlua's: <% code %>, <%= escaped %>, <%- raw %>; -%> eats the line end. A first <% layout("base") %> makes the rest
--- of the file the block "content" of that layout; <% block("x") %> … <% endblock() %> fills a block (in a file with a layout)
--- or holds its place, with default text (elsewhere, or inside another block); <% partial("card", { … }) %> includes;
--- <% defaults { length = 160 } %> in it stands for arguments that it was not given.
---
--- A file becomes one Lua chunk with the same line numbers. Text outside blocks of a file with a layout is written aside and
--- put in where the layout says "content"; its blocks become closures, so locals of the file are seen in all of them.

local memo = require("lede.memo_core")
local output = require("lede.output")
local places = require("lede.template_places")
local source_of = require("lede.template_source")
local suggest = require("lede.suggest")

local M = {}

local fail, count_lines = source_of.fail, source_of.count_lines

local DEPTH_MAX = 32
local units = 0 -- templates compiled in this VM: their numbers

--- Names that every template may use without asking; the host adds to them (M.new).
local STANDARD = { "ipairs", "pairs", "string", "table", "math", "tostring", "tonumber", "type", "require", "select", "lede", "error", "utf8" }

--- Text as a Lua string whose line ends are the source's, so chunk and template agree about lines.
local function quote(text)
  return '"' .. text:gsub('[%c"\\]', function(c)
    if c == "\n" then return "\\\n" end
    if c == '"' or c == "\\" then return "\\" .. c end
    return ("\\%03d"):format(c:byte())
  end) .. '"'
end

--- A value must be one expression: "a) b(" and "a, b" would otherwise compile to something else.
local function check_value(shown, piece)
  if not piece.text:find("%S") then fail(shown, piece.line, "there is nothing in this tag") end
  for _, form in ipairs { "return %s", "return (%s\n)" } do
    local ok, message = load(form:format(piece.text), "=tag", "t")
    if not ok then fail(shown, piece.line, "in a value: " .. message:gsub("^tag:%d+: ", "")) end
  end
end

--- Words of the source that are helpers' names become locals of the chunk: no table is searched for them.
local function locals_for(source, helpers)
  local words, used = {}, {}
  for word in source:gmatch("[%w_]+") do words[word] = true end
  for _, name in ipairs(helpers) do
    if words[name] then used[#used + 1] = name end
  end
  if #used == 0 then return "" end
  local from = {}
  for i, name in ipairs(used) do from[i] = "H." .. name end
  return ("local %s = %s; "):format(table.concat(used, ", "), table.concat(from, ", "))
end

--- Writes the chunk's source. Text and values that follow each other become one call: print(where, text, value, text, …).
local function writer()
  local out, n = {}, 0
  local run, where, lines = {}, {}, 0
  local self = {}

  function self.put(s)
    n = n + 1
    out[n] = s
  end

  --- Ends the call that is being written.
  function self.flush()
    if #where == 1 and where[1] == "t\0" then
      self.put("__w" .. run[1])
    elseif #where > 0 then
      self.put("__p(" .. quote(table.concat(where)) .. "," .. table.concat(run, ","))
      self.put(")")
    end
    if #where > 0 then self.put(";") end
    run, where, lines = {}, {}, 0
  end

  --- One argument more. letter: how it is written; see script/context.h.
  function self.print(letter, expression, line_ends, tail)
    if #where >= 40 or lines > 200 then self.flush() end
    where[#where + 1] = letter .. (lines > 0 and string.char(lines) or "\0")
    run[#run + 1] = expression .. tail
    lines = lines + line_ends + #tail
  end

  function self.source()
    self.flush()
    return table.concat(out)
  end
  return self
end

local function check_layout(pieces, shown)
  local layout
  for i, piece in ipairs(pieces) do
    if piece.kind == "layout" then
      for j = 1, i - 1 do
        if pieces[j].kind ~= "text" or pieces[j].text:find("%S") then fail(shown, piece.line, "layout(…) stands first in the file") end
      end
      layout = piece.text
    end
  end
  return layout
end

--- The Lua source of a template: called once with the runtime and the helpers, gives function(E, B): environment, blocks
--- given from inside. What it calls are upvalues: no table is searched for them.
local function generate(pieces, source, shown, helpers)
  local layout, depth, open = check_layout(pieces, shown), 0, {}
  local to = writer()
  to.put(("local R, H = ...; local __w, __p, __json, __defaults = R.w, R.print, R.json, R.defaults; %sreturn function(E, B) local _ENV = E; %s"):format(
    locals_for(source, helpers), source:find("partial", 1, true) and "local partial = R.partial(E); " or ""))
  if layout then to.put("local aside = R.aside(); ") end
  for _, piece in ipairs(pieces) do
    local kind, text, tail = piece.kind, piece.text, piece.tail
    if kind == "text" then
      local skipped = layout and depth == 0 and not text:find("%S")
      if skipped then to.flush() to.put(("\n"):rep(count_lines(text))) else to.print("t", quote(text), count_lines(text), tail) end
    elseif kind == "value" or kind == "raw" then
      check_value(shown, piece)
      local json = piece.letter == "j"
      to.print(json and "r" or piece.letter, json and "__json(" .. text .. ")" or "(" .. text .. ")", count_lines(text), tail)
    else
      to.flush()
      if kind == "code" then
        to.put(text .. " ")
      elseif kind == "block" then
        local definition = layout and depth == 0
        depth = depth + 1
        open[depth] = definition
        to.put((definition and "if not B[%q] then B[%q] = function() " or "if B[%q] then R.fill(B, %q) else "):format(text, text))
      elseif kind == "endblock" then
        to.put(open[depth] and "end end " or "end ")
        depth = depth - 1
      end
      to.put(tail)
    end
  end
  to.flush()
  if layout then to.put((" R.outer(%q, E, B, aside)"):format(layout)) end
  to.put(" end")
  return to.source()
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
  return (message:gsub("near '__w'", "before the text that follows"):gsub("near '__p'", "before what follows")
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
---@class lede.template.Options
---@field fields? string[]  names that a page may have; given them, a page's templates may use no other undeclared names
---@field used? fun(mark: any) gets a third value of find() whenever the template is printed
---@field kept? fun(shown: string, source: string, code?: string): string|nil  may know what a template became, and is told
---     by a third argument: engines that share it have helpers of the same names
---@field timing? { enter: fun(name: string), leave: fun() }

---@param find fun(name: string): string|nil, string|nil, any
---@param helpers table<string, any>
---@param options? lede.template.Options
function M.new(find, helpers, options)
  options = options or {}
  local fields, used, kept, timing = options.fields, options.used, options.kept, options.timing
  local names, H = {}, {}
  for _, name in ipairs(STANDARD) do names[#names + 1], H[name] = name, _G[name] end
  for name, value in pairs(helpers) do names[#names + 1], H[name] = name, value end
  table.sort(names)

  local engine = { compiled = {}, sources = {} }
  local depth, trail = 0, {} -- of templates that are being filled, the outermost first

  local function translate(source, shown)
    local pieces, markup = source_of.scan(source, shown), mode_of(shown)
    local ok, wrong = pcall(places.assign, pieces, markup, shown)
    if not ok then error(engine:explain(wrong), 0) end
    return generate(pieces, source, shown, names)
  end

  local function compile(name)
    local unit = engine.compiled[name]
    if unit then return unit end
    if timing then timing.enter("compiling " .. name) end
    local source, shown, mark = find(name)
    if not source then error(("there is no template '%s'"):format(name), 0) end
    shown = shown or name
    engine.sources[shown] = source
    local code = kept and kept(shown, source) or translate(source, shown)
    local chunk, message = load(code, "@" .. shown, "t", _G)
    if not chunk then error(engine:explain(in_words(message)), 0) end
    if kept then kept(shown, source, code) end
    units = units + 1
    unit = { fill = chunk(engine.runtime, H), number = units, mark = mark, has_blocks = code:find("B[", 1, true) ~= nil or code:find("R.outer", 1, true) ~= nil }
    engine.compiled[name] = unit
    if timing then timing.leave() end
    return unit
  end

  engine.compile = compile

  local none = {}
  local strict = fields and strict_class(fields, names)
  if fields then memo.fields(fields) end

  local function run(name, env, blocks)
    local unit = compile(name)
    if used then used(unit.mark) end
    depth = depth + 1
    trail[depth] = name
    if timing then timing.enter("template " .. name) end
    if depth > DEPTH_MAX then
      depth = 0
      error(("templates are nested more than %d deep, at '%s'"):format(DEPTH_MAX, name), 0)
    end
    unit.fill(env, blocks or (unit.has_blocks and {} or none))
    if timing then timing.leave() end
    depth = depth - 1
  end

  --- partial(name, args) of one environment: names are sought in args, then in the page's. What it prints is kept under its
  --- arguments, unless it looks at the page; see script/memo.c.
  local open, close = memo.open, memo.close
  local function partial_of(env)
    local around, chain = rawget(env, PAGE) or env, nil
    return function(name, args)
      args = args or {}
      local level = open((engine.compiled[name] or compile(name)).number, args, around)
      if level == true then return end
      if level then
        run(name, args)
        return close(level)
      end
      chain = chain or { __index = around }
      run(name, setmetatable(args, chain))
    end
  end

  engine.runtime = {
    w = output.w,
    print = output.print,
    json = function(value) return require("lede.json").script(value) end,
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
    defaults = function(env, values)
      for name, value in pairs(values) do
        if env[name] == nil then env[name] = value end
      end
    end,
    fill = function(blocks, name)
      local block = blocks[name]
      if type(block) == "number" then return output.emit(block) end
      block()
    end,
  }

  --- Writes the template's output into the VM's buffer. Names that env does not have are nil.
  function engine:render(name, env) -- luacheck: no self
    depth = 0
    if strict then memo.page(env) end
    run(name, strict and setmetatable({ [PAGE] = env }, strict) or env, {})
  end

  --- A message with the lines of the template it speaks of, once.
  function engine:explain(message)
    message = tostring(message)
    if message:find("\n>", 1, true) then return message end
    for shown, line in message:gmatch("([%w_%-%./]+):(%d+):") do
      local source = self.sources[shown]
      if source then return message .. "\n" .. frame(source, tonumber(line)) end
    end
    return message
  end

  --- How the last rendering came to where it is, when through more than one template.
  function engine:way() -- luacheck: no self
    return depth > 1 and "\nby way of " .. table.concat(trail, " > ", 1, depth) or ""
  end

  return engine
end

--- Raises for a template that would not compile.
---@param source string
---@param name string shown in messages; ".xml" and ".json" choose the escaping
function M.check(source, name)
  local engine = M.new(function() return source, name end, {})
  local ok, message = pcall(engine.compile, name)
  if not ok then error(engine:explain(message), 0) end
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
