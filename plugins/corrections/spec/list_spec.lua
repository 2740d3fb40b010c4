local list = require("plugins.corrections.list")
local fs = require("lede.fs")

list.setup({ title = "T", base_url = "https://t.example", lang = "fr", config = { timezone = "UTC", feed = { date = "2026" } } }, { path = "/corrections/", limit = 2, feed = 1 })

local function piece(id, lines) return { id = id, title = id, url = "/" .. id .. "/", lang = "en", corrections = lines } end

local function edition_of(articles, data)
  local edition = { data = { corrections = data } }
  function edition.article(_, id) return articles[id] end
  return edition
end

describe("the corrections of a site", function()
  local articles = { A = piece("A", { "1970-01-02T00:00:00Z\tIt was 46.", "1970-01-03T00:00:00Z\tIt was 47." }), B = piece("B", { "It was B." }) }
  it("are those of public articles, the newest first, as many as are wanted", function()
    local found = list.all(edition_of(articles, {
      { id = "C", number = 1, at = 9 }, { id = "A", number = 2, at = 8 }, { id = "A", number = 1, at = 7 }, { id = "B", number = 1, at = 6 },
    }))
    expect(#found):to_be(2)
    expect(found[1].text):to_be("It was 47.")
    expect(found[2].text):to_be("It was 46.")
  end)
  it("are none where nothing was said", function() expect(#list.all(edition_of(articles))):to_be(0) end)
  it("are called by the site's language", function()
    expect(list.word("fr-CA")):to_be("Rectificatifs")
    expect(list.word("ja")):to_be("Corrections")
  end)
end)

describe("what the desk finds", function()
  --- A store of a file of its own, in a folder that goes when fn ends.
  local function with_store(fn)
    local folder = os.tmpname()
    assert(os.remove(folder))
    assert(fs.mkdir(folder))
    local url = "sqlite:" .. folder .. "/lede.db"
    local ok, message = pcall(fn, url, { store = url, kept = folder .. "/kept" })
    for _, path in ipairs(fs.walk(folder)) do assert(fs.remove(folder .. "/" .. path)) end
    for _, path in ipairs { "/kept", "" } do
      if fs.exists(folder .. path) then assert(fs.remove(folder .. path)) end
    end
    if not ok then error(message, 0) end
  end

  local function put(url, article)
    local store <close> = assert(require("lede.store").open(url))
    local _, id = assert(store:put(article, { revision = article.revision }))
    return id
  end

  it("is the newest first, and follows what changes", function()
    with_store(function(url, context)
      put(url, { title = "One", date = 5, corrections = { "1970-01-02T00:00:00Z\ta" } })
      put(url, { title = "None", date = 6 })
      local first = list.gather(context, 10)
      expect(#first):to_be(1)
      expect(first[1].at):to_be(86400)
      put(url, { title = "Two", date = 7, corrections = { "no time", "1970-01-03T00:00:00Z\tb" } })
      local second = list.gather(context, 10)
      expect(#second):to_be(3)
      expect(second[1].at):to_be(172800)
      expect(second[3].at):to_be(7)
      expect(#list.gather(context, 1)):to_be(1)
    end)
  end)
  it("is not written down by somebody who only looks", function()
    with_store(function(url, context)
      put(url, { title = "One", date = 5, corrections = { "a" } })
      context.look = true
      expect(#list.gather(context, 10)):to_be(1)
      expect(fs.exists(context.kept)):to_be(false)
    end)
  end)
end)
