--- plugins.shortcodes.arguments: `src="a.jpg" alt='b' "positional" bare` as a table: names as keys, the others in order.

local M = {}

local function quoted(s, at, quote)
  local parts, i = {}, at
  while i <= #s do
    local c = s:sub(i, i)
    if c == "\\" and i < #s then
      parts[#parts + 1] = s:sub(i + 1, i + 1)
      i = i + 2
    elseif c == quote then
      return table.concat(parts), i + 1
    else
      parts[#parts + 1] = c
      i = i + 1
    end
  end
  return table.concat(parts), i -- never closed: to the end
end

local function value(s, at)
  local c = s:sub(at, at)
  if c == '"' or c == "'" or c == "`" then return quoted(s, at + 1, c) end
  local bare = s:match("^[^%s,]+", at) or ""
  return bare, at + #bare
end

---@param s string
---@return table
function M.parse(s)
  local out, at = {}, 1
  while true do
    at = s:match("^[%s,]*()", at)
    if at > #s then return out end
    local name, after = s:match("^([%w_-]+)%s*=%s*()", at)
    local text
    text, at = value(s, after or at)
    if name then
      out[name] = text
    else
      out[#out + 1] = text
    end
    if text == "" and at <= #s and not s:sub(at, at):find("[%s,\"'`]") then at = at + 1 end -- never stand still
  end
end

return M
