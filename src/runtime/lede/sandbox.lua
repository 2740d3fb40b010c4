--- lede.sandbox: the policy half of a VM's globals: undeclared ones are errors that name them; script/sandbox.c runs it.

local globals = ... -- what is declared: _G itself on the desk, what _G reads through to in pages

local function names()
  local list = {}
  for name in pairs(globals) do list[#list + 1] = name end
  table.sort(list)
  return list
end

local declared = { lede = true }
for _, name in ipairs(names()) do declared[name] = true end

setmetatable(globals, {
  __index = function(_, name)
    if name == "lede" then
      local lede = require("lede")
      rawset(globals, "lede", lede)
      return lede
    end
    if declared[name] then return nil end
    error(("undeclared global '%s'.%s"):format(tostring(name), require("lede.suggest").hint(name, names())), 2)
  end,
  __newindex = function(_, name, value)
    if declared[name] then
      rawset(globals, name, value)
      return
    end
    error(("a new global '%s' was assigned: write local %s"):format(tostring(name), tostring(name)), 2)
  end,
  -- A page's table is out of reach; a lock on it would refuse our own rawset.
  __metatable = _G == globals and "locked" or nil,
})
