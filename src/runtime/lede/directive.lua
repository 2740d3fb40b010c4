--- lede.directive: directives of plugins, with their arguments declared and checked.
---
--- A definition: { args = { src = { "url", required = true }, … }, kinds = { "leaf", "container" }, render = function(d, article) … end }.
--- Types of arguments: "text", "url", "integer", "flag", "word" (one of `oneof`). `class` and `id` are always allowed.

local suggest = require("lede.suggest")

local M = {}

local KINDS = { inline = true, leaf = true, container = true }

local function names_of(t)
  local names = {}
  for name in pairs(t) do names[#names + 1] = name end
  table.sort(names)
  return names
end

local read = {}

function read.text(value) return value end

function read.url(value)
  if value:find("^%s*%a[%w+.-]*:") and not value:find("^%s*https?://") then return nil, "is not an address of http or https" end
  return value
end

function read.integer(value, rule)
  local n = math.tointeger(tonumber(value))
  if not n then return nil, "is not a whole number" end
  if n < (rule.min or n) or n > (rule.max or n) then return nil, ("is not between %d and %d"):format(rule.min or n, rule.max or n) end
  return n
end

function read.flag(value) return value ~= "false" and value ~= "no" end

function read.word(value, rule)
  for _, choice in ipairs(rule.oneof) do
    if choice == value then return value end
  end
  return nil, "is none of " .. table.concat(rule.oneof, ", ")
end

--- Raises for what is no definition: a mistake of the plugin's.
function M.check(name, definition)
  if type(name) ~= "string" or not name:find("^%a[%w-]*$") then error("site:directive takes a name of letters, digits and '-'", 3) end
  if type(definition) ~= "table" or type(definition.render) ~= "function" then error(("directive '%s': it needs a render function"):format(name), 3) end
  for _, kind in ipairs(definition.kinds or {}) do
    if not KINDS[kind] then error(("directive '%s': '%s' is none of inline, leaf, container"):format(name, tostring(kind)), 3) end
  end
  for arg, rule in pairs(definition.args or {}) do
    if type(rule) ~= "table" or not read[rule[1]] then error(("directive '%s': argument '%s' has no type"):format(name, tostring(arg)), 3) end
    if rule[1] == "word" and type(rule.oneof) ~= "table" then error(("directive '%s': argument '%s' needs oneof"):format(name, tostring(arg)), 3) end
  end
end

local function kind_allowed(definition, kind)
  if not definition.kinds then return true end
  for _, allowed in ipairs(definition.kinds) do
    if allowed == kind then return true end
  end
  return false
end

--- The arguments as declared, or nil and what is wrong.
local function arguments(definition, attrs)
  local declared, found = definition.args or {}, { class = attrs.class, id = attrs.id }
  for _, name in ipairs(names_of(attrs)) do
    local rule = declared[name]
    if rule then
      local value, wrong = read[rule[1]](attrs[name], rule)
      if value == nil then return nil, ("%s=\"%s\" %s"):format(name, attrs[name], wrong) end
      found[name] = value
    elseif name ~= "class" and name ~= "id" then
      return nil, ("there is no argument '%s'.%s"):format(name, suggest.hint(name, names_of(declared)))
    end
  end
  for _, name in ipairs(names_of(declared)) do
    if found[name] == nil then
      if declared[name].required then return nil, ("the argument '%s' is missing"):format(name) end
      found[name] = declared[name].default
    end
  end
  return found
end

--- The HTML of a directive that an author wrote, or nil and what is wrong with it: then what stands in it stays.
---@param definition table
---@param d table { name, kind, attrs, inner, label, line }
---@param article table
---@return string|lede.Safe|nil html, string? wrong
function M.answer(definition, d, article)
  if not kind_allowed(definition, d.kind) then
    return nil, ("it is written as %s, not as %s"):format(table.concat(definition.kinds, " or "), d.kind)
  end
  local args, wrong = arguments(definition, d.attrs)
  if not args then return nil, wrong end
  d.args = args
  return definition.render(d, article)
end

return M
