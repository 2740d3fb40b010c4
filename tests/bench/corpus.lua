--- corpus.lua N FOLDER: a deterministic corpus of N articles, of the size and shape of a newspaper's. Article i depends on i only.
local count, folder = math.tointeger(tonumber(arg[1])), arg[2]
local SECTIONS = { "world", "politics", "business", "technology", "science", "health", "sport", "culture", "travel", "opinion", "climate", "education" }

--- A generator of its own (xorshift), so that the same numbers come out everywhere.
local state
local function random(n)
  state = state ~ (state << 13)
  state = state ~ (state >> 7)
  state = state ~ (state << 17)
  return (state & 0x7fffffff) % n + 1
end

local syllables = {}
for c in ("b d f g k l m n p r s t v"):gmatch("%S") do
  for v in ("a e i o u"):gmatch("%S") do syllables[#syllables + 1] = c .. v end
end

local words = {}
state = 20260101
for i = 1, 6000 do
  local parts = {}
  for k = 1, 1 + random(3) do parts[k] = syllables[random(#syllables)] end
  words[i] = table.concat(parts)
end

--- Few words are frequent, many are rare.
local function word() return words[math.min(random(6000), random(6000), random(6000))] end

local function sentence()
  local parts = {}
  for i = 1, 7 + random(16) do parts[i] = word() end
  local s = table.concat(parts, " ")
  if random(12) == 1 then s = s .. " *" .. word() .. "*" end
  if random(16) == 1 then s = s .. (" [%s](https://www.%s.example/%d)"):format(word(), word(), random(9999)) end
  return s:sub(1, 1):upper() .. s:sub(2) .. "."
end

local function paragraph()
  local parts = {}
  for i = 1, 1 + random(4) do parts[i] = sentence() end
  return table.concat(parts, " ")
end

local function body()
  local parts = {}
  for i = 1, 5 + random(9) do
    if i % 4 == 0 then parts[#parts + 1] = "## " .. word() .. " " .. word() .. " " .. word() end
    parts[#parts + 1] = random(14) == 1 and "> " .. sentence() or paragraph()
  end
  return table.concat(parts, "\n\n") .. "\n"
end

local function article(i)
  state = i * 2654435761 + 88172645463325252
  for _ = 1, 4 do random(2) end
  local section, tags = SECTIONS[random(#SECTIONS)], {}
  for k = 1, 1 + random(4) do tags[k] = '"' .. words[200 + random(300)] .. '"' end
  local title = word() .. " " .. word() .. " " .. word() .. " " .. word() .. " " .. word()
  local lines = {
    "---",
    'title: "' .. title:sub(1, 1):upper() .. title:sub(2) .. '"',
    ("date: 20%02d-%02d-%02dT%02d:%02d:00Z"):format(20 + random(5), random(12), random(28), random(24) - 1, random(60) - 1),
    "section: " .. section,
    "tags: [" .. table.concat(tags, ", ") .. "]",
    'authors: ["' .. words[random(40)] .. " " .. words[40 + random(40)] .. '"]',
    'summary: "' .. sentence():gsub("[*%[%]]", "") .. '"',
  }
  if random(5) == 1 then lines[#lines + 1] = ('origin: { name: Wire, url: "https://wire.example/%d" }'):format(i) end
  lines[#lines + 1] = "---\n"
  return section, ("%s-%06d.md"):format(title:gsub(" ", "-"), i), table.concat(lines, "\n") .. "\n" .. body()
end

for _, section in ipairs(SECTIONS) do assert(lede.fs.mkdir(folder .. "/content/" .. section)) end
for i = 1, count do
  local section, name, text = article(i)
  local file <close> = assert(io.open(folder .. "/content/" .. section .. "/" .. name, "w"))
  file:write(text)
end
local config <close> = assert(io.open(folder .. "/lede.lua", "w"))
config:write('return { title = "The Daily Bench", base_url = "https://news.example", permalink = "/:section/:slug/" }\n')
