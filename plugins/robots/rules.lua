--- plugins.robots.rules: the lines of robots.txt (RFC 9309).

local M = {}

--- Crawlers by what they come for; each list as its maker names the crawler.
M.crawlers = {
  training = {
    "AI2Bot", "Amazonbot", "anthropic-ai", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot", "cohere-training-data-crawler", "Diffbot",
    "FacebookBot", "Google-Extended", "GPTBot", "ImagesiftBot", "Meta-ExternalAgent", "omgili", "PanguBot", "Timpibot",
  },
  search = { "Claude-SearchBot", "DuckAssistBot", "OAI-SearchBot", "PerplexityBot", "YouBot" },
  readers = { "ChatGPT-User", "Claude-User", "Meta-ExternalFetcher", "MistralAI-User", "Perplexity-User" },
}
local PURPOSES = { "training", "search", "readers" }

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

local function fail(where, what) error(("robots: %s: %s"):format(where, what), 0) end

local function check_path(where, path)
  if type(path) ~= "string" or not path:find("^[/*][^%c%s#]*$") then fail(where, ("'%s' is no path; it begins with '/'"):format(tostring(path))) end
end

--- Refuses what would be read as something else than itself.
---@param options table
function M.check(options)
  for _, purpose in ipairs(PURPOSES) do
    local said = options.ai[purpose]
    if said ~= "allow" and said ~= "deny" then fail("ai." .. purpose, ("'%s' is neither allow nor deny"):format(tostring(said))) end
  end
  for _, path in ipairs(options.disallow) do check_path("disallow", path) end
  for _, name in ipairs(sorted_keys(options.agents)) do
    local said, where = options.agents[name], "agents." .. tostring(name)
    if type(name) ~= "string" or not name:find("^[%w_%-*.]+$") then fail(where, "this is no crawler's name") end
    if type(said) == "table" then
      for _, path in ipairs(said) do check_path(where, path) end
    elseif said ~= "allow" and said ~= "deny" then
      fail(where, ("'%s' is neither allow, deny nor a list of paths"):format(tostring(said)))
    end
  end
  if options.license ~= "" and not options.license:find("^https?://[^%s%c]+$") then fail("license", "it is a whole address: https://news.example/license.xml") end
end

--- What is said to whom: each crawler once, what is said by its name first.
local function groups(options)
  local found, seen = {}, {}
  local function add(names, said)
    local fresh = {}
    for _, name in ipairs(names) do
      if not seen[name:lower()] then fresh[#fresh + 1], seen[name:lower()] = name, true end
    end
    if #fresh > 0 then found[#found + 1] = { names = fresh, said = said } end
  end
  for _, name in ipairs(sorted_keys(options.agents)) do
    if name ~= "*" then add({ name }, options.agents[name]) end
  end
  for _, purpose in ipairs(PURPOSES) do
    if options.ai[purpose] == "deny" then add(M.crawlers[purpose], "deny") end
  end
  add({ "*" }, options.agents["*"] or "allow")
  return found
end

--- Lines of one group. Who has a group of its own does not heed the one of all, so the paths of all are said again.
local function add_group(out, group, options)
  for _, name in ipairs(group.names) do out[#out + 1] = "User-agent: " .. name end
  if group.said == "deny" then
    out[#out + 1] = "Disallow: /"
  else
    local paths = table.move(options.disallow, 1, #options.disallow, 1, {})
    if type(group.said) == "table" then table.move(group.said, 1, #group.said, #paths + 1, paths) end
    for _, path in ipairs(paths) do out[#out + 1] = "Disallow: " .. path end
    if #paths == 0 then out[#out + 1] = "Disallow:" end
  end
  if options.delay > 0 and group.said ~= "deny" then out[#out + 1] = "Crawl-delay: " .. options.delay end
  out[#out + 1] = ""
end

---@param options table checked
---@param sitemaps string[] absolute addresses
---@return string
function M.render(options, sitemaps)
  local out = {}
  if options.license ~= "" then table.move({ "License: " .. options.license, "" }, 1, 2, 1, out) end
  for _, group in ipairs(groups(options)) do add_group(out, group, options) end
  for _, address in ipairs(sitemaps) do out[#out + 1] = "Sitemap: " .. address end
  return (table.concat(out, "\n"):gsub("\n+$", "")) .. "\n"
end

--- The sitemaps that the site's plugins make.
---@param site table
---@return string[]
function M.sitemaps(site)
  local found = {}
  for _, entry in ipairs(site.base_url ~= "" and site.config.plugins or {}) do
    if entry.name == "sitemap" or entry.name == "sitemap-news" then found[#found + 1] = site.base_url .. "/" .. entry.name .. ".xml" end
  end
  return found
end

return M
