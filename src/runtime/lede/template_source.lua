--- lede.template_source: a template's text as pieces: literal text, values, code, and what shapes the file.

local M = {}

---@param shown string the file's name
---@param line integer
---@param message string
function M.fail(shown, line, message) error(("%s:%d: %s"):format(shown, line, message), 0) end

local fail = M.fail

function M.count_lines(s)
  local n = 0
  for _ in s:gmatch("\n") do n = n + 1 end
  return n
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

--- Calls each with every word of Lua code that is not within a string.
---@param code string without comments, as pieces have it
---@param each fun(word: string)
function M.words(code, each)
  local i = 1
  while true do
    local at = code:find("[%a_\"'%[]", i)
    if not at then return end
    local first = code:sub(at, at)
    if first == "[" then
      i = (long_bracket_end(code, at) or at) + 1
    elseif first == '"' or first == "'" then
      i = string_end(code, at) + 1
    else
      local word = code:match("^[%w_]+", at)
      i = at + #word
      each(word)
    end
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

--- defaults { … } as a call; other code as it is.
local function with_defaults(code)
  local head, values, tail = code:match("^(%s*)defaults%s*(%b{})(%s*)$")
  return values and head .. "__defaults(_ENV, " .. values .. ")" .. tail or code
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
      line = line + M.count_lines(source:sub(at, open - 1))
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
    local lines = M.count_lines(code) + #tail
    local kind, name = "code", nil
    if not sign then kind, name = directive(code) end
    if not sign then code = with_defaults(code) end
    if kind and kind ~= "code" then
      add(kind, name, (("\n"):rep(lines)))
    else
      add(sign == "=" and "value" or sign == "-" and "raw" or "code", code, tail)
    end
    line = line + lines
    at = after
  end
end

return M
