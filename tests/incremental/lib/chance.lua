--- lib.chance: what edits draw from. One generator, seeded by the run: the same seed makes the same edits of the same site.

local M = {}

M.words = { "harbour", "minister", "bridge", "ferry", "telephone", "orchestra", "river", "ledger", "umbrella", "Łódź", "détroit", "lamp" }
M.sections = { "Economy", "Diplomacy", "Culture", "Weather", "News" }
M.authors = { "Anna Berg", "Samir Haddow", "Peder Aske", "Ilse Varnhagen" }
M.languages = { "en", "fr", "de", "ar" }

function M.pick(list) return list[math.random(#list)] end

--- True once in n.
function M.once(n) return math.random(n) == 1 end

function M.some(n)
  local list = {}
  for i = 1, n do list[i] = M.pick(M.words) end
  return table.concat(list, " ")
end

--- A moment within so many days of another (RFC 3339), never nearer than a day: no boundary passes while the two sites are made.
function M.moment(around, before, after)
  local days = math.random(-before, after)
  return lede.time.rfc3339(around + (days == 0 and 1 or days) * 86400 + math.random(0, 3600))
end

return M
