---@meta lede.host

--- Facts of the machine and the build, for verbs. Desk only.
---@class lede.host
local host = {}

---@return string
function host.version() end
---@param stream 1|2 stdout or stderr
---@return boolean
function host.is_terminal(stream) end
---@return string|nil path of this program
function host.program() end
--- The source of a compiled-in module ("scripts.publish").
---@param module string
---@return string|nil
function host.embedded(module) end
---@return integer seconds, the wall clock
function host.now() end
---@return string a fresh id
function host.ulid() end
---@return string|nil folder of installed plugins
function host.plugin_dir() end
---@return string|nil folder of these type files
function host.type_dir() end
---@return string what the kernel lets lede enforce on workers
function host.sandbox() end
--- Where plugins/ and lib/ of the site are looked for from now on.
---@param path string
---@return true
function host.set_site_root(path) end

--- How many sockets, timers and programs the loop waits for: what a test left open.
---@return integer
function host.open_handles() end

return host
