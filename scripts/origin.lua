--- lede origin show REF: what every output says of an article, as the record of its origin decides.
local corrections = require("lede.corrections")
local origin = require("lede.origin")
local withheld = require("lede.withheld")
local workspace = require("lede.workspace")

--- The record as plain data, times as RFC 3339.
local function plain(lede, record)
  local out = {}
  for key, value in pairs(record) do out[key] = value end
  out.robots = lede.json.array(record.robots)
  for _, key in ipairs { "published", "expires" } do out[key] = record[key] and lede.time.rfc3339(record[key]) or nil end
  out.sentence = origin.sentence(record)
  return out
end

local function robots_words(record)
  local words = {}
  for i, meta in ipairs(record.robots) do words[i] = ('<meta name="%s" content="%s">'):format(meta.name, meta.content) end
  return #words > 0 and table.concat(words, " ") or "nothing: every search engine may keep it"
end

local function yes(holds, otherwise) return holds and "yes" or "no" .. (otherwise and ": " .. otherwise or "") end

local function where_from(record)
  if not record.has_origin then return "the site itself" end
  return (record.name or record.domain) .. (record.url and ", " .. record.url or "")
end

--- Names of outputs and what each says, in order.
local function outputs(lede, site, article, record)
  local own = site.config.base_url .. article.url
  local elsewhere = "the original is at " .. tostring(record.domain or record.name)
  local credit = record.name or record.domain
  local rows = {
    { "from", where_from(record) },
    { "policy", record.index },
    { "notice", origin.sentence(record) or "none" },
    { "canonical", record.canonical or own },
    { "og:url", record.canonical or own },
    { "robots", robots_words(record) },
    { "JSON-LD", record.has_origin and ("isBasedOn %s, creditText %s"):format(record.url or "nothing", credit) or "NewsArticle of the site's own" },
    { "feeds", record.has_origin and ("source %s%s"):format(credit, record.url and ", via " .. record.url or "") or "no source" },
    { "sitemap", yes(record.in_sitemap, elsewhere) },
    { "news sitemap", yes(record.in_news, record.is_own and "it is no story" or elsewhere) .. (record.in_news and ", for two days" or "") },
    { "IndexNow", yes(record.in_indexnow, elsewhere) },
    { "pictures", record.pictures and "go along with feeds, wires and partners" or "stay on the page: they are not the site's to give" },
  }
  local function add(name, value) if value then rows[#rows + 1] = { name, value } end end
  add("license", record.license)
  add("terms", record.terms)
  add("published there", record.published and lede.time.rfc3339(record.published, site.config.timezone))
  add("expires", record.expires and lede.time.rfc3339(record.expires, site.config.timezone))
  add("changed last", article.date ~= 0 and lede.time.rfc3339(corrections.updated(article), site.config.timezone) or nil)
  return rows
end

return function(lede, args)
  if args[1] ~= "show" or not args[2] or args[3] then return nil, "origin show REF; REF is an id, a URL path or a source file", 2 end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  if site.store:find("^sqlite:") and not lede.fs.exists((site.store:gsub("^sqlite:", ""))) then
    return nil, "there is no store yet; lede publish makes it"
  end
  local store <close>, err = lede.store.open(site.store)
  if not store then return nil, tostring(err) end
  local article, missing = store:get(args[2])
  if not article then return nil, tostring(missing) end
  origin.setup(site.config)
  local ok, record = pcall(origin.of, article)
  if not ok then return nil, tostring(record) end
  if args.json then
    print(lede.json.encode(plain(lede, record)))
    return 0
  end
  print(article.title .. "  " .. article.url)
  if not withheld.is_public(article, os.time()) and not args.quiet then print("it is not public: no output says anything of it") end
  for _, row in ipairs(outputs(lede, site, article, record)) do print(("  %-16s %s"):format(row[1], row[2])) end
  return 0
end
