--- lede.front_matter: adds to the front matter of a file without writing anew what its author wrote. YAML only: in JSON and Lua
--- there is no place that is sure to be right.

local json = require("lede.json")

local M = {}

--- The lines of a text, each with its end.
local function lines_of(text)
  local lines = {}
  for line in text:gmatch("[^\n]*\n?") do
    if line ~= "" then lines[#lines + 1] = line end
  end
  return lines
end

local function bare(line) return (line:gsub("[\r\n]+$", "")) end

--- The number of the line that ends the front matter; nil when there is none in YAML.
local function last_line(lines)
  if not lines[1] or not bare(lines[1]):gsub("^\u{FEFF}", ""):find("^%-%-%-[ \t]*$") then return nil end
  for i = 2, #lines do
    local line = bare(lines[i])
    if line:find("^%-%-%-[ \t]*$") or line:find("^%.%.%.[ \t]*$") then return i end
  end
end

--- Where the items of a list end that begins after line `at`, and what stands before each; nil when what stands there is no
--- list with its items in lines of their own.
local function end_of_list(lines, at, last)
  local indent, after = nil, at + 1
  for i = at + 1, last - 1 do
    local blanks, mark = bare(lines[i]):match("^( *)(%S?)")
    local is_inside = indent and #blanks > #indent
    if mark ~= "" and (is_inside or mark ~= "#") then
      if mark == "-" and not is_inside and (not indent or blanks == indent) then
        indent = indent or blanks
      elseif not indent and blanks ~= "" then
        return nil
      elseif not is_inside then
        break
      end
      after = i + 1
    end
  end
  return after, indent
end

local function quoted(text) return json.encode(text) end -- a JSON string is one of YAML too

--- The text of a file with one more correction.
---@param source string
---@param at string RFC 3339
---@param words string
---@return string|nil changed, string|nil problem
function M.add_correction(source, at, words)
  local lines = lines_of(source)
  local last = last_line(lines)
  if not last then return nil, "its front matter is no YAML between lines of ---" end
  local line_end = lines[1]:find("\r\n$") and "\r\n" or "\n"
  local function item(indent)
    return indent .. "- date: " .. at .. line_end .. indent .. "  text: " .. quoted(words) .. line_end
  end
  for i = 2, last - 1 do
    local said = bare(lines[i]):match("^corrections%s*:%s*(.*)$")
    if said and said ~= "" and not said:find("^#") and said ~= "[]" then return nil, ("line %d holds its corrections in one line"):format(i) end
    if said then
      local after, indent = end_of_list(lines, i, last)
      if not after then return nil, ("line %d is followed by no list of corrections"):format(i) end
      if said == "[]" then lines[i] = "corrections:" .. line_end end
      table.insert(lines, after, item(indent or "  "))
      return table.concat(lines)
    end
  end
  table.insert(lines, last, "corrections:" .. line_end .. item("  "))
  return table.concat(lines)
end

return M
