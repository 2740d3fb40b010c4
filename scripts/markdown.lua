--- lede markdown [FILE]: Markdown from a file or stdin as HTML on stdout.
return function(lede, args)
  local source, err
  if args[1] and args[1] ~= "-" then
    source, err = lede.fs.read(args[1])
  else
    source, err = io.read("a")
  end
  local html
  local function on_note(n) io.stderr:write(("lede: line %d: %s '%s': %s\n"):format(n.line, n.kind, n.name, n.message)) end
  local options = { unsafe = args.unsafe or false, commonmark = args.commonmark or false, on_note = on_note }
  if source then html, err = lede.markdown.render(source, options) end
  if not html then
    io.stderr:write("lede: ", tostring(err), "\n")
    return 1
  end
  io.write(tostring(html))
  return 0
end
