--- lede check: whether the published site is right by the rules of its formats; exit status 3 when something is found.
local check = require("lede.check")
local fs = require("lede.fs")
local json = require("lede.json")
local links = require("lede.links")
local stages = require("lede.publish.stages")
local workspace = require("lede.workspace")

local FINDINGS_SHOWN <const> = 200

local function print_findings(findings, folder, all)
  for i, finding in ipairs(findings) do
    if i > FINDINGS_SHOWN and not all then
      print(("... and %d more; -v shows all"):format(#findings - FINDINGS_SHOWN))
      return
    end
    print(("%s%s:%d: %s: %s: %s"):format(folder, finding.file, finding.line, finding.level, finding.rule, finding.message))
    print(("    %s   (%s)"):format(finding.remedy, finding.url))
  end
end

local function give(args, findings, files, folder, began)
  if args.json then
    print(json.encode { files = files, findings = json.array(findings) })
  else
    print_findings(findings, folder, args.verbose)
    if not args.quiet then io.stderr:write(("%d files looked at, %d findings, %.1f s\n"):format(files, #findings, (stages.now_us() - began) / 1e6)) end
  end
  return #findings == 0 and 0 or 3
end

--- What other sites did not answer, as findings beside the others.
local function ask_outside(site, result, private)
  local urls = {}
  for i, link in ipairs(result.outside) do urls[i] = link.url end
  local made, refused = workspace.make_var(site)
  if not made then return nil, refused end
  local answers, asked = links.ask(urls, { cache = site.var .. "/links.json", private = private })
  if not answers then return nil, asked end
  for _, link in ipairs(result.outside) do
    local answer = answers[link.url]
    if not links.is_good(answer) then
      local place = link.places[1]
      result.findings[#result.findings + 1] = {
        rule = "external", level = "warning", file = place.file, url = site.config.base_url .. "/" .. place.file:gsub("index%.html$", ""), line = place.line,
        message = math.type(answer) and ("%s answers %d"):format(link.url, answer) or answer, remedy = "mend the address, or take the link out",
      }
    end
  end
  return true
end

--- Files by name, each by itself.
local function check_files(args, began)
  local findings, looked_at = {}, 0
  for _, path in ipairs(args) do
    local bytes, err = fs.read(path)
    if not bytes then return nil, tostring(err) end
    local found = check.file(path, bytes)
    if not found then return nil, path .. ": there are no rules for a file of this kind" end
    table.move(found, 1, #found, #findings + 1, findings)
    looked_at = looked_at + 1
  end
  return give(args, findings, looked_at, "", began)
end

--- "a,b" -> { "a", "b" }
local function names_of(list)
  if not list then return nil end
  local names = {}
  for name in list:gmatch("[^,%s]+") do names[#names + 1] = name end
  return names
end

return function(_, args)
  local began = stages.now_us()
  if #args > 0 then return check_files(args, began) end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  if not fs.is_dir(site.output) then return nil, site.output .. " is not there: lede publish makes it" end
  local result, err = check.site(site.output, { base_url = site.config.base_url, rules = names_of(args.rules) })
  if not result then return nil, tostring(err) end
  if args.external then
    local ok, refused = ask_outside(site, result, args.private)
    if not ok then return nil, tostring(refused) end
  end
  return give(args, result.findings, result.files, site.output .. "/", began)
end
