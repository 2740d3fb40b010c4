--- lede config [KEY]: the configuration as lede understands it, defaults included.
local workspace = require("lede.workspace")

local function lookup(config, key)
  local value = config
  for step in key:gmatch("[^.]+") do
    if type(value) ~= "table" then return nil end
    value = value[step]
  end
  return value
end

return function(lede, args)
  local site, message = workspace.open(args)
  if not site then
    io.stderr:write("lede: ", message, "\n")
    return 1
  end
  local value = site.config
  if args[1] then
    value = lookup(site.config, args[1])
    if value == nil then
      io.stderr:write(("lede: the configuration has no '%s'\n"):format(args[1]))
      return 1
    end
  end
  print((type(value) == "string" and not args.json) and value or lede.json.encode(value))
  return 0
end
