--- lede version: what runs here.
return function(lede, args)
  local version = require("lede.host").version()
  if args.json then
    print(lede.json.encode({ lede = version, lua = _VERSION }))
  else
    print("lede " .. version .. " (" .. _VERSION .. ")")
  end
  return 0
end
