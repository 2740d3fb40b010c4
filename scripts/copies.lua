--- lede copies: near copies among all articles.
local relating = require("lede.relating")
local workspace = require("lede.workspace")
local host = require("lede.host")

return function(_, args)
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local publication <close>, err = relating.open(site, { jobs = args.jobs, progress = not args.quiet and host.is_terminal(2) })
  if not publication then return nil, err end
  local text, refused = publication:copies_tsv(args.containment)
  if not text then return nil, refused end
  io.stdout:write(text)
  return 0
end
