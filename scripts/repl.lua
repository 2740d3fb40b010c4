--- lede repl: Lua on the desk, line by line. What waits is waited for; Ctrl-C stops it and gives the next line.
local repl = require("lede.repl")

return function(lede, args)
  require("lede.host").set_site_root(lede.fs.absolute(args.source or "."))
  return repl.run { history = repl.history_file(), quiet = args.quiet }
end
