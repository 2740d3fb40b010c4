--- lede run morning_newsletter.lua SITE FROM TO [DATE]
---
--- Writes yesterday's articles (or those of DATE, "2024-03-01") as a mail and gives it to sendmail; SENDMAIL names another
--- program, "cat" shows it. Without articles there is no mail. For cron, after `lede publish`.

local host, process, store, text, time, workspace = lede.host, lede.process, lede.store, lede.text, lede.time, lede.workspace

local DAY = 24 * 3600
local PUBLIC = { published = true, corrected = true }

local function fail(err)
  io.stderr:write("newsletter: ", tostring(err), "\n")
  return 1
end

--- The day's first second in the site's zone.
local function day_of(date, zone)
  date = date or time.rfc3339(host.now() - DAY, zone):sub(1, 10)
  return time.parse(date, { zone = zone }), date
end

local function articles_of(site, from)
  local articles <close>, err = store.open(site.store)
  if not articles then return nil, err end
  local chosen = {}
  for _, article in ipairs(assert(articles:articles { bodies = true })) do
    if PUBLIC[article.state] and article.date and article.date >= from and article.date < from + DAY then chosen[#chosen + 1] = article end
  end
  table.sort(chosen, function(a, b) return a.date == b.date and a.id < b.id or a.date > b.date end)
  return chosen
end

--- A header may be no more than one line of ASCII.
local function header(s)
  s = s:gsub("%c+", " ")
  if not s:find("[\x80-\xff]") then return s end
  return "=?UTF-8?Q?" .. s:gsub("[^%w]", function(c) return ("=%02X"):format(c:byte()) end) .. "?="
end

local function mail(site, from, to, date, articles)
  local lines = {
    "From: " .. header(from), "To: " .. header(to), "Subject: " .. header(("%s, %s"):format(site.config.title, date)),
    "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
  }
  for _, article in ipairs(articles) do
    lines[#lines + 1] = article.title
    lines[#lines + 1] = article.summary or text.excerpt(lede.html.to_text(lede.markdown.render(article.body or "")), 300, "...")
    lines[#lines + 1] = (site.config.base_url or "") .. article.url
    lines[#lines + 1] = ""
  end
  return table.concat(lines, "\n")
end

local function send(message)
  local program = os.getenv("SENDMAIL")
  local child <close>, err = process.start(program and { program } or { "sendmail", "-t", "-oi" })
  if not child then return nil, err end
  local ok, why = child:write(message)
  if not ok then return nil, why end
  child:finish()
  for bytes in function() return child:read() end do io.write(bytes) end
  local words = child:read_err() or ""
  return child:wait().status == 0 or nil, words
end

local source, from, to, date = ...
if not to then return fail("SITE FROM TO [DATE]") end
local site, message = workspace.open { source = source }
if not site then return fail(message) end
local since, day = day_of(date, site.config.timezone)
if not since then return fail(("'%s' is no date"):format(date)) end
local articles, err = articles_of(site, since)
if not articles then return fail(err) end
if #articles == 0 then return 0 end
local ok, why = send(mail(site, from, to, day, articles))
return ok and 0 or fail(why)
