--- lede related --all | REF | tune: which articles a reader would want next.
local relating = require("lede.relating")
local workspace = require("lede.workspace")
local host = require("lede.host")

local function all(publication, args)
  local text, err = publication:related_tsv(args.limit)
  if not text then return nil, err end
  io.stdout:write(text)
  return 0
end

return function(lede, args)
  local what = args[1]
  if not what and not args.all then return nil, "related REF [--why] | --all; REF is an id, a URL path or a source file", 2 end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local publication <close>, err = relating.open(site, { jobs = args.jobs, progress = not args.quiet and host.is_terminal(2) })
  if not publication then return nil, err end
  return all(publication, args)
end
