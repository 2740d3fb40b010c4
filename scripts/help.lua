--- lede help: prints from the table in lede.verbs; as text, manual page or shell completion.
local verbs = require("lede.verbs")

local function flag_text(flag)
  return (flag.short and "-" .. flag.short .. ", " or "    ") .. "--" .. flag[1] .. (flag.arg and " " .. flag.arg or "")
end

local function list_flags(flags)
  for _, flag in ipairs(flags) do print(("  %-26s %s"):format(flag_text(flag), flag.help)) end
end

local function overview()
  print("lede publishes news from Markdown, scripted in Lua.\n\nusage: lede VERB [FLAGS] [WORDS]")
  for _, group in ipairs(verbs.groups) do
    print("\n" .. group)
    for _, verb in ipairs(verbs.list) do
      if verb.group == group then print(("  %-26s %s"):format(verb.name .. (verb.words ~= "" and " " .. verb.words or ""), verb.help)) end
    end
  end
  print("\nflags of every verb")
  list_flags(verbs.common)
  print("\nlede help VERB explains one. Exit: 0 ok, 1 content or build error, 2 usage, 3 findings of a check, 75 try again later, 130 interrupted.")
end

local function explain(verb)
  print(("usage: lede %s [FLAGS]%s\n\n%s\n"):format(verb.name, verb.words ~= "" and " " .. verb.words or "", verb.help))
  if #verb.flags > 0 then
    print("flags")
    list_flags(verb.flags)
    print()
  end
  print("flags of every verb")
  list_flags(verbs.common)
end

local function roff(s) return (s:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("^%.", "\\&.")) end

local function man()
  print('.TH LEDE 1 "" "lede ' .. require("lede.host").version() .. '"\n.SH NAME\nlede \\- publishes news from Markdown, scripted in Lua')
  print(".SH SYNOPSIS\n.B lede\nVERB [FLAGS] [WORDS]\n.SH VERBS")
  for _, verb in ipairs(verbs.list) do
    print((".TP\n.B %s %s\n%s."):format(verb.name, roff(verb.words), roff(verb.help)))
    for _, flag in ipairs(verb.flags) do print((".RS\n.TP\n.B %s\n%s.\n.RE"):format(roff(flag_text(flag):gsub("^%s+", "")), roff(flag.help))) end
  end
  print(".SH FLAGS OF EVERY VERB")
  for _, flag in ipairs(verbs.common) do print((".TP\n.B %s\n%s."):format(roff(flag_text(flag):gsub("^%s+", "")), roff(flag.help))) end
  print(".SH EXIT STATUS\n0 ok, 1 content or build error, 2 usage, 3 findings of a check, 75 try again later, 130 interrupted.")
end

local function completion()
  print("_lede() {\n  local cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]}")
  print("  if [ $COMP_CWORD -eq 1 ]; then COMPREPLY=($(compgen -W '" .. table.concat(verbs.names(), " ") .. "' -- \"$cur\")); return; fi\n  case $verb in")
  for _, verb in ipairs(verbs.list) do
    local words = {}
    for _, flag in ipairs(verbs.flags(verb)) do words[#words + 1] = "--" .. flag[1] end
    print(("    %s) COMPREPLY=($(compgen -f -W '%s' -- \"$cur\")) ;;"):format(verb.name, table.concat(words, " ")))
  end
  print("  esac\n}\ncomplete -F _lede lede")
end

return function(_, args)
  if args.man then return man() end
  if args.completion then
    if args.completion ~= "bash" then return nil, "completion is there for bash", 2 end
    return completion()
  end
  if not args[1] then return overview() end
  local verb = verbs.find(args[1])
  if not verb then
    local near = require("lede.suggest").nearest(args[1], verbs.names())
    return nil, ("there is no verb '%s'.%s"):format(args[1], near and " Did you mean '" .. near .. "'?" or ""), 2
  end
  explain(verb)
end
