--- lede publish: the site from content/ to public/, and a report.
local deliver = require("lede.deliver")
local publish = require("lede.publish")
local host = require("lede.host")
local workspace = require("lede.workspace")

local FILES_SHOWN = 20
local EXIT = { busy = 75, canceled = 130 }

local function say(...)
  io.stderr:write(...)
  io.stderr:write("\n")
end

local function place(path, note)
  local where = "content/" .. path
  if note.line > 0 then where = where .. ":" .. note.line .. (note.column > 0 and ":" .. note.column or "") end
  return where
end

--- Counts articles' notes; prints errors, and warnings up to a handful unless verbose.
local function print_notes(sync, verbose)
  local shown, hidden = 0, 0
  for _, file in ipairs(sync.files) do
    for _, note in ipairs(file.notes) do
      local is_error = note.level == "error"
      if is_error or verbose or (not note.hint and shown < FILES_SHOWN) then
        say(place(file.path, note), ": ", note.level, ": ", note.message)
        if not is_error then shown = shown + 1 end
      elseif not note.hint then
        hidden = hidden + 1
      end
    end
  end
  if hidden > 0 then say(("… and %d more warnings; see them with -v"):format(hidden)) end
end

--- What authors should hear of their bodies: directives that nobody answers or that are written wrong, notes without a place.
local function print_bodies(notes, verbose)
  local shown = 0
  for _, note in ipairs(notes) do
    if note.message and note.kind ~= "picture" then
      shown = shown + 1
      if verbose or shown <= FILES_SHOWN then say(("%s: line %d of the text: %s '%s': %s"):format(note.file, note.line or 0, note.kind, note.name, note.message)) end
    end
  end
  if not verbose and shown > FILES_SHOWN then say(("... and %d more such lines; -v shows all"):format(shown - FILES_SHOWN)) end
end

--- Pictures that are not there or are none, and up to a handful of them unless verbose.
local function print_pictures(notes, verbose)
  local shown, hidden = 0, 0
  for _, note in ipairs(notes) do
    if note.kind == "picture" and (verbose or shown < FILES_SHOWN) then
      say(note.file, note.line > 0 and ":" .. note.line or "", ": ", note.level, ": ", note.message)
      shown = shown + 1
    elseif note.kind == "picture" then
      hidden = hidden + 1
    end
  end
  if hidden > 0 then say(("… and %d more pictures; see them with -v"):format(hidden)) end
end

--- Tags of other tools that no plugin knows, as lines "name: n in m files".
local function print_unmapped(notes, verbose)
  local by_name, names = {}, {}
  for _, note in ipairs(notes) do
    if note.kind == "shortcode" then
      local entry = by_name[note.name]
      if not entry then
        entry = { count = 0, files = {} }
        by_name[note.name], names[#names + 1] = entry, note.name
      end
      entry.count = entry.count + note.count
      entry.files[#entry.files + 1] = note.file .. " (" .. note.count .. ")"
    end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local entry = by_name[name]
    say(("warning: no plugin knows the tag '%s': left out %d times in %d files%s"):format(name, entry.count, #entry.files,
      verbose and ": " .. table.concat(entry.files, ", ") or (#entry.files == 1 and ": " .. entry.files[1] or "; see them with -v")))
  end
end

--- "1,552 articles are not shown: 1,550 expired, 2 draft", and each of them when verbose.
local function print_withheld(lede, withheld, verbose)
  local counts, reasons = {}, {}
  for _, entry in ipairs(withheld) do
    if not counts[entry.reason] then reasons[#reasons + 1] = entry.reason end
    counts[entry.reason] = (counts[entry.reason] or 0) + 1
    if verbose then say("content/", entry.path, ": not shown: ", entry.reason, entry.at and " " .. lede.time.rfc3339(entry.at) or "") end
  end
  if #withheld == 0 then return end
  table.sort(reasons)
  for i, reason in ipairs(reasons) do reasons[i] = counts[reason] .. " " .. reason end
  say(("%d articles are not shown: %s%s"):format(#withheld, table.concat(reasons, ", "), verbose and "" or "; see them with -v"))
end

local function print_summary(report, output)
  local r = report.release
  say(("%d pages and %d files in %s: %d written, %d the same, %d removed. %d articles, %.0f ms."):format(report.pages,
    r.files - report.pages, output, r.written, r.kept + r.linked, r.removed, report.edition.articles, report.ms))
end

--- What a site's owner should know of how it went live.
local function print_release(r, output)
  if r.dest ~= output and r.dest == output .. "/current" then say(("%s is a mount point and cannot change its name: the site is %s"):format(output, r.dest)) end
  if r.by_link then say(("names cannot be exchanged there: %s is a link to the site"):format(r.dest)) end
  if r.by_renames then say(("warning: names cannot be exchanged nor links made there: %s was absent for a moment"):format(r.dest)) end
  if r.touched > 0 then say(("warning: somebody changed %d files of the site; lede publish --full puts them right"):format(r.touched)) end
end

local function print_verified(report)
  if report.verified > 0 then say(("%d pages that needed no making were made again, each by itself: they come out the same"):format(report.verified)) end
end

local function print_failures(report)
  for _, failure in ipairs(report.failed) do
    say("error: ", failure.path, " (", failure.source, "): ", failure.message)
  end
end

--- Tells others, within a bound: what takes longer is for lede deliver or lede serve.
local function deliver_some(site, args)
  local registry = workspace.plugins(site)
  if registry and next(registry.targets) and site.is_elsewhere and not args.quiet then say("published elsewhere than lede.lua says: nobody is told") end
  if args.no_deliver or site.is_elsewhere or site.config.deliver.seconds == 0 or not registry or not next(registry.targets) then return nil end
  local report, err = deliver.run(site, registry, { seconds = site.config.deliver.seconds, report = args.verbose and say or nil })
  if not report then return say("warning: nothing was delivered: ", tostring(err)) end
  if not args.quiet and report.sent + report.failed + report.dead + report.waiting > 0 then
    say(("%d delivered, %d given up%s"):format(report.sent, report.dead,
      report.waiting > 0 and (", %d wait: lede deliver, or lede serve, goes on"):format(report.waiting) or ""))
  end
  return report
end

return function(lede, args)
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local report, err = publish.run(site, {
    jobs = args.jobs,
    at = args.at,
    drafts = args.drafts,
    full = args.full,
    verify = args.verify,
    withheld = args.json or args.verbose,
    sync = not args.no_sync,
    fsync = not args.no_fsync,
    all_notes = args.verbose,
    progress = not args.quiet and host.is_terminal(2),
  })
  if not report then
    lede.log.info(err)
    return nil, "nothing was published; what was live before still is", type(err) == "table" and EXIT[err.code] or nil
  end
  if report.sync and not args.quiet then print_notes(report.sync, args.verbose) end
  if not args.quiet then
    print_pictures(report.notes, args.verbose)
    print_bodies(report.notes, args.verbose)
    print_unmapped(report.notes, args.verbose)
    if report.more_notes then say("… and more of pages that are as they were; see them with -v") end
  end
  if report.withheld and not args.quiet then print_withheld(lede, report.withheld, args.verbose) end
  print_failures(report)
  report.deliveries = deliver_some(site, args)
  if args.json then
    print(lede.json.encode(report))
  elseif not args.quiet then
    print_release(report.release, site.output)
    print_summary(report, site.output)
    print_verified(report)
  end
  return report.ok and 0 or 1
end
