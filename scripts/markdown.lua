--- lede markdown [FILE]: Markdown from a file or stdin as HTML on stdout.
return function(lede, args)
  local source, err
  if args[1] and args[1] ~= "-" then
    source, err = lede.fs.read(args[1])
  else
    source, err = io.read("a")
  end
  local html
  local function on_note(n) lede.log.warn(("line %d: %s '%s': %s"):format(n.line, n.kind, n.name, n.message)) end
  local options = { unsafe = args.unsafe or false, commonmark = args.commonmark or false, on_note = on_note }
  if source then html, err = lede.markdown.render(source, options) end
  if not html then return nil, err end
  io.write(tostring(html))
  return 0
end
