--- lede markdown [FILE]: Markdown from a file or stdin as HTML on stdout.
return function(lede, args)
  local source, err
  if args[1] and args[1] ~= "-" then
    source, err = lede.fs.read(args[1])
  else
    source, err = io.read("a")
  end
  local html
  if source then html, err = lede.markdown.render(source, { unsafe = args.unsafe or false, commonmark = args.commonmark or false }) end
  if not html then return nil, err end
  io.write(tostring(html))
  return 0
end
