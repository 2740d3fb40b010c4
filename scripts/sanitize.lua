--- lede sanitize [FILE]: other people's HTML from a file or stdin, cleaned, on stdout; with --jsonl one {"id","html"} a line.

local function complain(...)
  io.stderr:write("lede: ", ...)
  io.stderr:write("\n")
end

--- The lines of text, without their ends.
local function each_line(text) return text:gmatch("([^\n]*)\n?") end

--- Lua's JSON has no NUL, and HTML none that counts: U+FFFD stands for it, as in an attribute.
local function without_nul(line)
  return (line:gsub("(\\+)u0000", function(slashes) return #slashes % 2 == 1 and slashes .. "ufffd" or nil end))
end

--- One line in, one out; what is not as agreed is named and makes the exit status 1.
local function jsonl(lede, text, options)
  local number, status = 0, 0
  for line in each_line(text) do
    number = number + 1
    if line:find("%S") then
      local record, err = lede.json.decode(without_nul(line))
      if record and (type(record) ~= "table" or type(record.html) ~= "string") then record, err = nil, 'no {"id","html"}' end
      local html = record and lede.html.sanitise(record.html, options)
      if html then
        io.write(lede.json.encode { id = record.id, html = tostring(html) }, "\n")
      else
        complain("line ", tostring(number), ": ", tostring(err))
        status = 1
      end
    end
  end
  return status
end

return function(lede, args)
  local text, err
  if args[1] and args[1] ~= "-" then
    text, err = lede.fs.read(args[1])
  else
    text, err = io.read("a")
  end
  if not text then
    complain(tostring(err))
    return 1
  end
  local options = { policy = args.owner and "owner" or "feed", base = args.base }
  if args.jsonl then return jsonl(lede, text, options) end
  local html, reduced = lede.html.sanitise(text, options)
  if not html then
    complain(tostring(reduced))
    return 1
  end
  if reduced and not args.quiet then complain("the HTML is too large, too deep or too slow to read: only its text is left") end
  io.write(tostring(html))
  return 0
end
