---@meta lede.outbox

--- What others are to be told of publications, kept in a store until they were: lede/outbox.h has the rules. lede.deliver is
--- who uses it; a script wants that one. Instants are milliseconds UTC. Desk only.
---@class lede.outbox
local outbox = {}

---@class lede.DeliveryRow
---@field number integer
---@field plugin string   who delivers it
---@field target string   where to
---@field key string      by which the receiver knows it again
---@field subject string  of several that wait with the same one only the newest is delivered; "": none
---@field data string     JSON
---@field state "held"|"waiting"|"sent"|"dead"
---@field release integer stamp of the tree that it was put for; 0: none
---@field made_at integer
---@field due_at integer  waiting: when it may be claimed; sent or dead: since when
---@field tries integer   that were begun
---@field holder string   who delivers it now
---@field said string     what went wrong the last time, or what the receiver said

---@return integer
function outbox.now() end

--- Puts a row: held when it has a release, else waiting. false: its key is known.
---@param store lede.Store
---@param row { plugin: string, target: string, key: string, subject?: string, data: string, release?: integer, due_at?: integer }
---@return boolean|nil added, lede.Error|nil err
function outbox.put(store, row) end

--- Rows that were held for the live tree wait; those of others go when it is known that these will never be live.
---@param store lede.Store
---@param live integer
---@param others_are_void? boolean
---@return integer|nil count, lede.Error|nil err
function outbox.settle(store, live, others_are_void) end

---@param store lede.Store
---@param query { state: string, plugin?: string, target?: string, subject?: string, upto?: integer, limit?: integer }
---@return lede.DeliveryRow[]|nil rows, lede.Error|nil err
function outbox.rows(store, query) end

--- Where rows of a state go to, and when the first of each is due.
---@param store lede.Store
---@param query { state: string }
---@return { plugin: string, target: string, count: integer, due_at: integer }[]|nil targets, lede.Error|nil err
function outbox.targets(store, query) end

--- Due rows of a target, for this holder alone until then.
---@param store lede.Store
---@param claim { plugin: string, target: string, holder: string, now?: integer, until_at: integer, max?: integer }
---@return lede.DeliveryRow[]|nil rows, lede.Error|nil err
function outbox.claim(store, claim) end

---@param store lede.Store
---@param number integer
---@param holder string
---@param until_at integer
---@return true|nil, lede.Error|nil err "conflict" when it is somebody else's by now
function outbox.extend(store, number, holder, until_at) end

--- Ends a claim; "waiting": again at that instant.
---@param store lede.Store
---@param number integer
---@param holder string
---@param result { state: "sent"|"waiting"|"dead", at?: integer, said?: string, is_no_try?: boolean }
---@return true|nil, lede.Error|nil err "conflict" when it is somebody else's by now
function outbox.finish(store, number, holder, result) end

--- Gives back what a holder that is dead has claimed.
---@param store lede.Store
---@param holder string
---@return integer|nil count, lede.Error|nil err
function outbox.abandon(store, holder) end

--- Dead rows wait again: all, or those of a target.
---@param store lede.Store
---@param plugin? string
---@param target? string
---@return integer|nil count, lede.Error|nil err
function outbox.retry(store, plugin, target) end

--- Removes sent and dead rows that have one of these texts in them.
---@param store lede.Store
---@param texts string[]
---@return integer|nil count, lede.Error|nil err
function outbox.forget(store, texts) end

--- Forgets rows that were sent before.
---@param store lede.Store
---@param before integer
---@return integer|nil count, lede.Error|nil err
function outbox.prune(store, before) end

return outbox
