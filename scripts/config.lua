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
  if not site then return nil, message end
  local value = site.config
  if args[1] then
    value = lookup(site.config, args[1])
    if value == nil then return nil, ("the configuration has no '%s'"):format(args[1]) end
  end
  print((type(value) == "string" and not args.json) and value or lede.json.encode(value))
  return 0
end
