--- lede run publish_and_push.lua SITE rsync TARGET
--- lede run publish_and_push.lua SITE s3 ENDPOINT BUCKET REGION
---
--- Publishes the site and sends it off: with rsync to a folder or a host, or to object storage, of which it remembers what
--- is there (var/pushed.json) so that only what changed is sent. The keys come from AWS_ACCESS_KEY_ID and
--- AWS_SECRET_ACCESS_KEY. Copy it and change it.

local fs, http, json, process, publish, task, workspace = lede.fs, lede.http, lede.json, lede.process, lede.publish, lede.task, lede.workspace
local kinds = require("lede.kinds")

local AT_ONCE = 8

local function fail(err)
  io.stderr:write("push: ", tostring(err), "\n")
  return 1
end

--- ---- rsync

local function push_rsync(output, target)
  local result, err = process.run {
    "rsync", "--archive", "--delete-after", "--checksum", "--exclude=.lede-manifest*", output .. "/", target, timeout = 3600,
  }
  if not result then return nil, err end
  if result.status ~= 0 then return nil, result.err end
  return "rsync is done"
end

--- ---- object storage

--- A path as a key in a URL: "+" and the like are not what they seem there.
local function escape(path)
  return (path:gsub("[^%w%-%._~/]", function(c) return ("%%%02X"):format(c:byte()) end))
end

local function bucket_of(endpoint, bucket, region)
  local base = endpoint:gsub("/+$", "") .. "/" .. bucket .. "/"
  local client = http.client {
    user = os.getenv("AWS_ACCESS_KEY_ID") .. ":" .. os.getenv("AWS_SECRET_ACCESS_KEY"),
    sigv4 = "aws:amz:" .. region .. ":s3",
    per_host = AT_ONCE,
    private = true, -- the newsroom's own storage may stand on its own network
    timeout = 300,
  }
  local function send(method, key, body, digest, kind)
    local response, err = client:request {
      method = method, url = base .. escape(key), body = body,
      headers = { ["x-amz-content-sha256"] = digest, ["Content-Type"] = kind },
    }
    if not response then return nil, err end
    if not response.ok then return nil, ("%s %s: status %d"):format(method, key, response.status) end
    return true
  end
  return send
end

local EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

local function push_s3(output, memory, send)
  local known, now, changed, gone = json.decode(fs.read(memory) or "{}") or {}, {}, {}, {}
  local paths = assert(fs.walk(output))
  task.limit(AT_ONCE, paths, function(path)
    now[path] = assert(fs.sha256(output .. "/" .. path))
    if now[path] ~= known[path] then changed[#changed + 1] = path end
  end)
  for path in pairs(known) do
    if not now[path] then gone[#gone + 1] = path end
  end
  table.sort(gone)
  local failed
  local sent = {}
  for path, digest in pairs(known) do sent[path] = digest end
  task.limit(AT_ONCE, changed, function(path)
    local kind = kinds.type_of(path)
    local ok, err = send("PUT", path, assert(fs.read(output .. "/" .. path)), now[path], kind)
    if ok then sent[path] = now[path] else failed = failed or err end
  end)
  -- What is gone goes last: no page points to it any more.
  for _, path in ipairs(failed and {} or gone) do
    local ok, err = send("DELETE", path, nil, EMPTY)
    if ok then sent[path] = nil else failed = failed or err end
  end
  assert(fs.write(memory, json.encode(next(sent) and sent or json.object())))
  if failed then return nil, failed end
  return ("%d sent, %d removed, %d the same"):format(#changed, #gone, #paths - #changed)
end

--- ---- both

local source, kind, target, bucket, region = ...
if not target or (kind ~= "rsync" and kind ~= "s3") then return fail("what to publish, and where to? Its first lines say how.") end

local site, message = workspace.open { source = source }
if not site then return fail(message) end
local report, err = publish.run(site)
if not report then return fail(err) end
if not report.ok then return fail("the publication has errors: nothing is sent") end

local done
if kind == "rsync" then
  done, err = push_rsync(site.output, target)
else
  if not (bucket and region and os.getenv("AWS_ACCESS_KEY_ID") and os.getenv("AWS_SECRET_ACCESS_KEY")) then return fail("s3 needs ENDPOINT BUCKET REGION and the keys") end
  done, err = push_s3(site.output, site.var .. "/pushed.json", bucket_of(target, bucket, region))
end
if not done then return fail(err) end
print(done)
return 0
