--- lede serve: the site in a browser, as it would be published, and again at each save.
local host = require("lede.host")
local preview = require("lede.preview")
local process = require("lede.process")

local POLL_MS = 500

local function say(...)
  io.stderr:write(...)
  io.stderr:write("\n")
end

local function open_browser(url)
  local done, err = process.run { "xdg-open", url, timeout = 5 }
  if not done then say("cannot open a browser: ", tostring(err)) end
end

return function(_, args)
  local ok, message = preview.run(args, {
    port = args.port,
    address = args.bind,
    host = args.host,
    poll = args.poll and POLL_MS or nil,
    at = args.at,
    drafts = args.drafts,
    jobs = args.jobs,
    deliver = not args.no_deliver,
    say = args.quiet and function() end or say,
    ready = function(url)
      print(url)
      io.stdout:flush()
      if not args.quiet and host.is_terminal(2) then say("Newsroom: ", url, "_lede/   End with Ctrl-C.") end
      if args.open then open_browser(url) end
    end,
  })
  if not ok then return nil, message end
  return 0
end
