--- lede test [PLUGIN|FILE|FOLDER ...]: runs specs inside the host. Without words: those of the site's plugins.
local spec = require("lede.spec")

local function is_spec(path) return path:find("_spec%.lua$") or path:find("/spec/[^/]+%.lua$") end

local function add_folder(fs, folder, files)
  for _, path in ipairs(fs.walk(folder) or {}) do
    path = folder .. "/" .. path
    if is_spec(path) then files[#files + 1] = path end
  end
end

--- A word is a file, a folder, or the name of a plugin.
local function add(fs, word, files)
  if fs.is_dir(word) then
    add_folder(fs, word, files)
  elseif fs.exists(word) then
    files[#files + 1] = word
  else
    local installed = require("lede.host").plugin_dir()
    for _, root in ipairs { "plugins", installed } do
      if root and fs.is_dir(root .. "/" .. word) then return add_folder(fs, root .. "/" .. word, files) end
    end
    return nil, ("there is no plugin, file or folder '%s'"):format(word)
  end
  return true
end

return function(lede, args)
  local fs = lede.fs
  require("lede.host").set_site_root(fs.absolute(args.source or "."))
  local files, passed, failed = {}, 0, 0
  if #args == 0 then args[1] = "plugins" end
  for _, word in ipairs(args) do
    local ok, message = add(fs, word, files)
    if not ok then return nil, message, 2 end
  end
  for _, path in ipairs(files) do
    local p, f = spec.run(assert(fs.read(path)), path, function(sentence, message)
      io.stderr:write("FAILED ", path, ": ", sentence, "\n  ", message, "\n")
    end)
    passed, failed = passed + p, failed + f
  end
  print(("%d passed, %d failed"):format(passed, failed))
  return failed == 0 and 0 or 1
end
