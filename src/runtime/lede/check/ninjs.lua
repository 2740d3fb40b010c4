--- lede.check.ninjs: ninjs 3.1 and 2.2: only words that it knows, of the type that it wants.

local forms = require("lede.check.forms")
local json = require("lede.json")
local suggest = require("lede.suggest")
local words = require("lede.check.ninjs_words")

local function is_text(value) return type(value) == "string" end
local function is_integer(value) return math.type(value) == "integer" end
local function between(value, from, to) return is_integer(value) and value >= from and value <= to end

local TYPES <const> = {
  any = function() return true end,
  text = is_text,
  address = function(value) return forms.absolute(value) end,
  instant = function(value) return forms.instant(value) end,
  integer = is_integer,
  number = function(value) return type(value) == "number" end,
  urgency = function(value) return between(value, 1, 9) end,
  percent = function(value) return between(value, 0, 100) end,
}
local REMEDIES <const> = {
  address = "an absolute address, or a tag: URI", instant = "write it with lede.time.rfc3339", integer = "a whole number", urgency = "a whole number from 1 to 9",
  percent = "a whole number from 0 to 100",
}

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return keys
end

local check

local function check_fields(value, kind, path, report)
  if type(value) ~= "table" or value[1] ~= nil then return report:error(1, path .. " is no object", "write { … }") end
  for _, key in ipairs(sorted_keys(value)) do
    local inner = kind.fields[key]
    if inner then
      check(value[key], inner, path == "" and key or path .. "." .. key, report)
    else
      report:error(1, ("%s: there is no such word.%s"):format(path == "" and key or path .. "." .. key, suggest.hint(key, sorted_keys(kind.fields))), "ninjs allows no words of one's own")
    end
  end
  for _, key in ipairs(kind.required) do
    if value[key] == nil then report:error(1, ("%s%s is missing"):format(path == "" and "" or path .. ".", key), "it is required") end
  end
end

function check(value, kind, path, report)
  if type(kind) == "string" then
    if not TYPES[kind](value) then report:error(1, ("%s: %s is not right: %s"):format(path, kind, tostring(value):sub(1, 80)), REMEDIES[kind] or "a text") end
  elseif kind.fields then
    check_fields(value, kind, path, report)
  elseif kind.list then
    if not forms.list(value) then return report:error(1, path .. " is no list", "write [ … ]") end
    for i, entry in ipairs(value) do check(entry, kind.list, ("%s[%d]"):format(path, i), report) end
  else
    for _, name in ipairs(kind.one_of) do
      if value == name then return end
    end
    report:error(1, ("%s: '%s' is none of %s"):format(path, tostring(value), table.concat(kind.one_of, ", ")), "write one of them")
  end
end

--- One of the two ways of saying the same has to be chosen.
local function check_rights(item, report)
  local rights = item.rightsInfo or item.rightsinfo
  if type(rights) ~= "table" then return end
  local linked, encoded = rights.linkedRights or rights.linkedrights, rights.encodedRights or rights.encodedrights
  if (linked == nil) == (encoded == nil) then report:error(1, "rightsInfo has linkedRights or encodedRights, and not both", "keep one of them") end
end

return function(bytes, report)
  local item, err = json.decode(bytes)
  if type(item) ~= "table" then return report:error(err and err.line or 1, err and err.message or "an item is an object", "write it with lede.json.encode") end
  local standard = type(item.standard) == "table" and tostring(item.standard.version) or ""
  local kind = words.by_version[standard:match("^%d+") or ""]
  if not kind then return report:error(1, ("version '%s' of ninjs is not known here"):format(standard), "3.1 or 2.2") end
  check(item, kind, "", report)
  check_rights(item, report)
end
