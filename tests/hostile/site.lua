--- site.lua DIR KIND VALUES: writes a site below DIR that holds each value of the file VALUES. KIND is one of markdown.html: bodies are
--- hostile, with "drop" every field of front matter too; or "config": lede.lua is. Run by `lede run`. Prints the live values as
--- JSON, for the control.
local dir, kind, values_file = ...
local fs, json = lede.fs, lede.json
local lists = assert(load(assert(fs.read(values_file))))()
local values = table.move(lists.sleeping, 1, #lists.sleeping, #lists.live + 1, table.move(lists.live, 1, #lists.live, 1, {}))

local function write(path, text)
  path = dir .. "/" .. path
  assert(fs.mkdir(path:match("^(.*)/")))
  assert(fs.write(path, text))
end

--- Every place of a body that a writer fills, as a template: VALUE stands for the value in one line.
local places = [[
VALUE

## VALUE

## VALUE {#VALUE}

[text](VALUE) [text](<VALUE>) [VALUE](/a) [text](/a "VALUE") [text](/a 'VALUE') [text](/a (VALUE))

![VALUE](/a.png) ![alt](VALUE) ![alt](<VALUE>) ![alt](/a.png "VALUE")

[one][VALUE] [two][ref]

[ref]: <VALUE> "VALUE"

[VALUE]: /a "title"

```VALUE
VALUE
```

~~~ VALUE
VALUE
~~~

    VALUE

`VALUE` **VALUE** *VALUE* ~~VALUE~~ <VALUE> <b VALUE>x</b> \VALUE &VALUE;

A note[^VALUE] and another[^two].

[^VALUE]: VALUE

[^two]: VALUE

| VALUE | b |
|:--|--:|
| c | VALUE |

- [ ] VALUE
- [x] VALUE

> VALUE

:note[VALUE]{key="VALUE" VALUE .VALUE #VALUE} :VALUE[x]

::figure[VALUE]{src="VALUE" alt="VALUE"}

:::aside[VALUE]{VALUE class="VALUE" onclick="VALUE"}
VALUE
:::

{{< figure src="VALUE" alt="VALUE" caption="VALUE" >}} {{< youtube "VALUE" >}} {{< vimeo VALUE >}} {{< tweet user="VALUE" id="VALUE" >}}

{{< highlight VALUE >}}
VALUE
{{< /highlight >}}

{{< note "VALUE" >}}VALUE{{< /note >}} {{< VALUE >}}

{% image "VALUE" "VALUE" %} {% fb-video VALUE %} {{< legacy-file "VALUE" >}} [a]({{< ref "VALUE" >}})

{% quote-block text="VALUE" cite="VALUE" %} {% card-prompt "VALUE" "VALUE" %} {{ "VALUE" | prepend: "VALUE" }}

https://a.example/VALUE www.a.example/VALUE a@b.example/VALUE

Term
: VALUE
]]

local function body(value)
  local line = value:gsub("%s+", " ")
  return (places:gsub("VALUE", (line:gsub("%%", "%%%%"))))
end

local function front(i, value)
  return {
    title = value, dek = value, kicker = value, summary = i % 2 == 0 and value or nil, dateline = value, section = value,
    date = ("2024-01-%02dT10:00:00Z"):format(i % 28 + 1), updated = "2024-03-01T10:00:00Z",
    tags = { value, "common" }, authors = { value, "Common" },
    image = { src = value, alt = value, caption = value, credit = value, poi = value },
    origin = { url = i % 3 == 0 and value or "https://o.example/" .. value, name = value, author = value, notice = value, license = value, terms = value },
    corrections = { { date = "2024-02-01T10:00:00Z", text = value }, { text = value } },
    params = { value = value, list = { value }, [value] = value },
    slug = i % 5 == 0 and value .. " " .. i or "piece-" .. i,
  }
end

--- What need not be text: odd values are warned of, not printed.
local function odd(i, value)
  return {
    title = "Odd " .. i, date = "2024-01-01", section = "odd", slug = "odd-" .. i, lang = value, dir = value, type = value, layout = value, weight = value,
    translation_key = value, status = value, aliases = { value }, related = { pin = { value }, block = value }, outputs = { value }, source_url = value,
    categories = { "odd", value },
  }
end

local function put(path, fields, text) write(path, "---json\n" .. assert(json.encode(fields)) .. "\n---\n" .. text) end

local function lua(v)
  if type(v) == "string" then return ("%q"):format(v) end
  if type(v) ~= "table" then return tostring(v) end
  local parts = {}
  for key, value in pairs(v) do parts[#parts + 1] = ("[%s]=%s"):format(lua(key), lua(value)) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",\n") .. "}"
end

--- lede.lua, hostile itself when the site is about that.
local function config()
  local plain = {
    title = "Hostile", base_url = "https://h.example", markdown = { html = kind == "config" and "drop" or kind },
    plugins = { ["layout-broadsheet"] = { page_size = 40, nav_limit = 3 }, rss = true, sitemap = true, shortcodes = true, probe = true },
  }
  if kind ~= "config" then return plain end
  local all, nav, sections = table.concat(values, " "), {}, {}
  for i, value in ipairs(values) do
    nav[i] = { title = value, url = value }
    sections["section-" .. i] = { title = value, summary = value }
  end
  plain.title, plain.description, plain.sections, plain.params = all, all, sections, { values = values }
  plain.plugins["layout-broadsheet"] = { title = all, tagline = all, footer = all, nav = nav, nav_limit = #nav, logo = values[1], image = values[2] }
  return plain
end

for i, value in ipairs(values) do
  if kind == "config" then
    if i <= 5 then put(("content/section-%d/a.md"):format(i), { title = "A", date = "2024-01-01" }, "Plain.\n") end
  else
    put(("content/body/%03d.md"):format(i), { title = "Body " .. i, date = "2023-01-01", section = "Bodies", slug = "body-" .. i }, body(value))
  end
  if kind == "drop" then -- front matter is the same whatever bodies may hold
    put(("content/front/%03d.md"):format(i), front(i, value), "Plain.\n")
    put(("content/odd/%03d.md"):format(i), odd(i, value), "Plain.\n")
  end
end
write("lede.lua", "return " .. lua(config()))
print(assert(json.encode(lists.live)))
