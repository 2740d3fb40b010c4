--- plugins.shortcodes.arguments: `src="a.jpg" alt='b' "positional" bare` and Liquid's `alt: "b", …` as a table.
---
--- Names are keys, the others stand in order. Text that follows no rule is read as far as it goes, never refused.

local M = {}

local escapes = { n = "\n", t = "\t" }

--- The text from at to the closing quote (which Hugo's raw `…` cannot escape), and where it goes on.
local function quoted(s, at, quote)
  local parts, i = {}, at
  while i <= #s do
    local plain = s:match("^[^\\" .. quote .. "]+", i)
    local c = s:sub(i, i)
    if plain then
      parts[#parts + 1] = plain
      i = i + #plain
    elseif c == quote then
      return table.concat(parts), i + 1
    elseif quote == "`" or i == #s then
      parts[#parts + 1] = c
      i = i + 1
    else
      local escaped = s:sub(i + 1, i + 1)
      parts[#parts + 1] = escapes[escaped] or escaped
      i = i + 2
    end
  end
  return table.concat(parts), i -- never closed: to the end
end

local function value(s, at)
  local c = s:sub(at, at)
  if c == '"' or c == "'" or c == "`" then return quoted(s, at + 1, c) end
  local bare = s:match("^[^%s,]*", at)
  return bare, at + #bare
end

--- A name before "=", or before ":" and white space or a quote: a URL has neither.
local function name_at(s, at)
  local name, after = s:match("^([%w_][%w_.-]*)%s*=%s*()", at)
  if name then return name, after end
  name, after = s:match("^([%w_][%w_.-]*):%s+()", at)
  if name then return name, after end
  return s:match("^([%w_][%w_.-]*):()[\"']", at)
end

---@param s string
---@return table
function M.parse(s)
  local out, at = {}, 1
  while true do
    at = s:match("^[%s,]*()", at)
    if at > #s then return out end
    local name, after = name_at(s, at)
    local text
    text, at = value(s, after or at)
    if name then
      out[name] = text
    else
      out[#out + 1] = text
    end
  end
end

return M
