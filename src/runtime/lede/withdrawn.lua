--- lede.withdrawn: what readers have seen and may not see now, as edition.data tells pages: feeds leave tombstones, wires cancel,
--- servers answer 410. Kept for 90 days.
---
--- A piece: id, url, date, at (when it went), silent (true: it expired, or waits again: nothing but its id
--- may be told), type, section, tags, authors, origin (slugs), lang. edition.data["lede.withdrawn"] has all, edition.data["lede.withdrawn/section/news"] those of one section (also tag, author), so
--- that a page relies on no more than it asks for. The list of one edition is made from the list of the one before and from
--- what changed since.

local json = require("lede.json")
local stages = require("lede.publish.stages")
local text = require("lede.text")

local M = {}

M.name = "lede.withdrawn"

local DAYS <const> = 90
local STATE <const> = "lede.withdrawn/state" -- the list, and of which store and moment it is

local function slugs(names)
  local out = json.array {}
  for i, name in ipairs(names) do out[i] = text.slug(name) end
  return out
end

--- As pages ask for it: terms by their slugs, what is not said left out.
local function piece_of(found)
  local piece = { id = found.id, url = found.url, date = found.date, at = found.at, tags = slugs(found.tags), authors = slugs(found.authors) }
  for _, key in ipairs { "type", "section", "lang" } do piece[key] = found[key] ~= "" and found[key] or nil end
  piece.silent = found.silent or nil
  piece.origin = found.origin ~= "" and text.slug(found.origin) or nil
  return piece
end

--- What was kept of earlier editions and is still so, and what is new; newest first.
local function merged(before, found)
  local seen, pieces, oldest = {}, json.array {}, found.time - DAYS * 86400
  for _, id in ipairs(found.seen) do seen[id] = true end
  for _, piece in ipairs(before or {}) do
    if not seen[piece.id] and piece.at > oldest then pieces[#pieces + 1] = piece end
  end
  local added = {}
  for _, piece in ipairs(found.pieces) do -- one that changed and fell due was looked at twice
    if piece.at > oldest and not added[piece.id] then
      added[piece.id] = true
      pieces[#pieces + 1] = piece_of(piece)
    end
  end
  table.sort(pieces, function(a, b)
    if a.at ~= b.at then return a.at > b.at end
    return a.id < b.id
  end)
  return pieces
end

local function add_part(data, kind, slug, piece)
  local key = M.name .. "/" .. kind .. "/" .. slug
  data[key] = data[key] or json.array {}
  table.insert(data[key], piece)
end

---@class lede.withdrawn.State: table seq, time, store, drafts, pieces

--- What the edition in a folder has to go on from; nil when there is none.
---@param folder string
---@return lede.withdrawn.State|nil
function M.before(folder)
  local entry = stages.edition_data(folder, STATE)
  return entry and json.decode(entry) or nil
end

local function follows(found, before)
  return before and found.store == before.store and found.drafts == before.drafts and found.seq >= before.seq and found.time >= before.time
end

--- Adds the list and its parts to the data of an edition that is to come.
---@param data table of plugins, by name
---@param publication lede.Publication
---@param before lede.withdrawn.State|nil
---@return lede.withdrawn.State|nil state for the next one
---@return lede.Error|nil
function M.add(data, publication, before)
  local found, err
  if before then found, err = publication:withdrawn(before.seq, before.time) end
  if not found or not follows(found, before) then
    before = nil
    found, err = publication:withdrawn()
  end
  if not found then return nil, err end
  local pieces = merged(before and before.pieces, found)
  data[STATE] = { seq = found.seq, time = found.time, store = found.store, drafts = found.drafts, pieces = pieces }
  if #pieces > 0 then data[M.name] = pieces end
  for _, piece in ipairs(pieces) do
    if piece.section then add_part(data, "section", piece.section, piece) end
    for _, slug in ipairs(piece.tags) do add_part(data, "tag", slug, piece) end
    for _, slug in ipairs(piece.authors) do add_part(data, "author", slug, piece) end
  end
  return data[STATE]
end

return M
