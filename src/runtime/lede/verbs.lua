--- lede.verbs: the one table of verbs and flags. Help, completion, the man page and the parser follow it; a lint compares it
--- with scripts/.
---
--- Each verb: group, one line of help, usage of its words, flags. A flag: { name, short?, arg?, help, type? }; arg is the word
--- shown for its value, type "integer" checks it, many = true collects.

local M = {}

--- Flags that every verb takes.
M.common = {
  { "source", short = "s", arg = "DIR", help = "the site's folder (default: here)" },
  { "store", arg = "URL", help = "the store (default: var/lede.db of the site)" },
  { "json", help = "results as JSON on stdout" },
  { "quiet", short = "q", help = "say nothing but errors" },
  { "verbose", short = "v", help = "say more" },
  { "no-color", help = "no colours (as with NO_COLOR)" },
  { "help", short = "h", help = "this help" },
}

local destination = { "destination", short = "d", arg = "DIR", help = "where the site is written (default: public)" }
local base_url = { "base-url", short = "b", arg = "URL", help = "the address the site is published at" }

M.groups = { "site", "publish", "preview", "scripts", "articles", "tools" }

M.list = {
  { name = "init", group = "site", words = "DIR", help = "makes a new site", flags = { { "title", arg = "TEXT", help = "the site's title" } } },
  {
    name = "new", group = "site", words = "article TITLE | layout NAME | plugin NAME", help = "starts an article, a layout or a plugin and prints where",
    flags = {
      { "section", arg = "NAME", help = "its section (of an article, as those below)" },
      { "date", arg = "TIME", help = "its date (default: now)" },
      { "lang", arg = "TAG", help = "its language" },
      { "draft", help = "as a draft" },
    },
  },
  { name = "config", group = "site", words = "[KEY]", help = "prints the configuration as lede understands it", flags = {} },
  { name = "doctor", group = "site", words = "", help = "looks at the site and the machine and says what is wrong", flags = { { "templates", help = "which file answers for each template, and why" } } },
  { name = "version", group = "site", words = "", help = "prints versions", flags = {} },
  { name = "help", group = "site", words = "[VERB]", help = "explains a verb", flags = { { "man", help = "the manual page, as roff" }, { "completion", arg = "SHELL", help = "completion for bash" } } },
  {
    name = "publish", group = "publish", words = "", help = "publishes the site",
    flags = {
      destination, base_url,
      { "full", help = "forget what was published and write every page" },
      { "drafts", help = "publish drafts too" },
      { "at", arg = "TIME", help = "the edition of that moment" },
      { "jobs", short = "j", arg = "N", type = "integer", help = "worker processes (default: one a core)" },
      { "no-sync", help = "do not look at content/: the store as it is" },
      { "no-fsync", help = "leave it to the system when bytes reach the disk" },
      { "no-deliver", help = "leave it to lede deliver to tell others" },
      { "verify", arg = "N", type = "integer", help = "also make N pages that need no making, each in a fresh VM, and compare" },
    },
  },
  {
    name = "serve", group = "preview", words = "", help = "shows the site in a browser, and again at each save",
    flags = {
      { "port", arg = "N", type = "integer", help = "the port (default: 1313, else the next free one)" },
      { "bind", arg = "ADDRESS", help = "the address to listen on (default: 127.0.0.1, this machine only)" },
      { "host", arg = "NAME", help = "one more name that browsers may use for this machine" },
      { "open", help = "open a browser" },
      { "no-deliver", help = "do not tell others what the last publications left to tell" },
      { "poll", help = "look at files twice a second, where watching them fails" },
      { "drafts", help = "show drafts and scheduled articles too" },
      { "at", arg = "TIME", help = "the edition of that moment" },
      { "jobs", short = "j", arg = "N", type = "integer", help = "worker processes (default: one a core)" },
      base_url,
    },
  },
  {
    name = "plan", group = "publish", words = "", help = "what publishing would write, remove and redirect, and why; changes nothing",
    flags = {
      destination, base_url,
      { "next", help = "only the next instant at which the site changes by itself (after --at, or now)" },
      { "full", help = "of a publication with --full" },
      { "drafts", help = "of one with drafts" },
      { "at", arg = "TIME", help = "the edition of that moment" },
      { "jobs", short = "j", arg = "N", type = "integer", help = "worker processes (default: one a core)" },
      { "no-sync", help = "do not look at content/: the store as it is" },
    },
  },
  {
    name = "why", group = "publish", words = "URL", help = "what a page reads, and what made it the last time",
    flags = { destination },
  },
  {
    name = "deliver", group = "publish", words = "", help = "tells others what publications left to tell, and shows what failed",
    flags = {
      { "failed", help = "shows what was given up, and why" },
      { "retry", help = "tries that again" },
      { "state", arg = "STATE", help = "shows what is waiting, held, dead or sent" },
      { "limit", arg = "N", type = "integer", help = "at most so many of them" },
      { "wait", help = "until nothing waits any more" },
      { "seconds", arg = "N", type = "integer", help = "no longer than that" },
    },
  },
  {
    name = "rollback", group = "publish", words = "[N]", help = "makes the site of N publications ago live again (1)",
    flags = {
      destination,
      { "list", help = "says what there is to go back to" },
      { "no-fsync", help = "leave it to the system when bytes reach the disk" },
    },
  },
  {
    name = "check", group = "publish", words = "[FILE ...]", help = "looks at every page, feed and sitemap of the published site by the rules of its format",
    flags = {
      destination, base_url,
      { "rules", arg = "NAMES", help = "only these, with commas: html, links, images, headings, titles, descriptions, hreflang, jsonld, rss, atom, jsonfeed, sitemap, ninjs, newsml, xml" },
      { "external", help = "also ask for the addresses of other sites, politely; answers are kept in var/links.json" },
      { "private", help = "with --external: addresses of this machine and of private networks too" },
    },
  },
  { name = "run", group = "scripts", words = "SCRIPT.lua [ARGS]", help = "runs a publish script with the whole API", flags = {}, rest = true },
  { name = "repl", group = "scripts", words = "", help = "Lua line by line, with the whole API; what waits is waited for", flags = {} },
  { name = "test", group = "scripts", words = "[PLUGIN|FILE ...]", help = "runs the specs of plugins", flags = {} },
  {
    name = "article", group = "articles", words = "list | show REF | history REF | correct REF | withdraw REF | purge REF", help = "looks at articles of the store, corrects one, takes one back or removes it",
    flags = {
      { "all", help = "withdrawn and draft ones too" },
      { "state", arg = "STATE", help = "only those in that state" },
      { "section", arg = "SLUG", help = "only those of that section" },
      { "tag", arg = "TAG", help = "only those with that tag" },
      { "limit", arg = "N", type = "integer", help = "at most so many (default: 50; all with --all)" },
      { "text", arg = "TEXT", help = "of a correction: what was wrong and what is right" },
      { "date", arg = "TIME", help = "when it was corrected (default: now)" },
      { "reason", arg = "TEXT", help = "why it is withdrawn; history keeps it" },
      destination,
    },
  },
  { name = "origin", group = "articles", words = "show REF", help = "what every output says of where an article comes from", flags = {} },
  {
    name = "related", group = "articles", words = "REF | --all | tune", help = "which articles a reader would want next",
    flags = {
      { "why", help = "the words, tags and age that brought each into the list, and copies that were left out" },
      { "all", help = "of every article, a line each: article, rank, neighbour, score" },
      { "rebuild", help = "count anew how rare words are, and choose every list anew" },
      { "tsv", help = "with --all: columns parted by tabs (that is how it is printed)" },
      { "limit", arg = "N", type = "integer", help = "at most so many of each article" },
      { "jobs", short = "j", arg = "N", type = "integer", help = "worker processes (default: one a core)" },
    },
  },
  {
    name = "search", group = "articles", words = "QUERY", help = "articles by their words: \"phrases\", prefix*, -without, section: author: tag: before:",
    flags = {
      { "all", help = "drafts, withdrawn ones and what is to come too" },
      { "limit", arg = "N", type = "integer", help = "at most so many (default: 20)" },
    },
  },
  {
    name = "copies", group = "articles", words = "", help = "near copies among all articles, with how much of each is in the other",
    flags = {
      { "tsv", help = "columns parted by tabs (that is how it is printed)" },
      { "jobs", short = "j", arg = "N", type = "integer", help = "worker processes (default: one a core)" },
    },
  },
  {
    name = "feed", group = "in and out", words = "diff OLD NEW | check FEED...", help = "what a subscriber will see between two feeds; whether a partner takes one",
    flags = {
      { "profile", arg = "NAME", help = "of check: msn, smartnews, applenews, wire, or profiles/NAME.lua of the site" },
      { "private", help = "feeds at addresses of this machine and of private networks too" },
    },
  },
  {
    name = "import", group = "in and out", words = "jsonl FILE", help = "puts articles into the store: id, title, text, date, tags, lang a line",
    flags = {},
  },
  {
    name = "markdown", group = "tools", words = "[FILE]", help = "renders Markdown from a file or stdin",
    flags = {
      { "unsafe", help = "let raw HTML and every URL through" },
      { "commonmark", help = "plain CommonMark: every extension off" },
    },
  },
  {
    name = "sanitize", group = "tools", words = "[FILE]", help = "cleans other people's HTML from a file or stdin",
    flags = {
      { "jsonl", help = 'one {"id","html"} a line, in and out' },
      { "base", arg = "URL", help = "what relative addresses are resolved against" },
      { "owner", help = "by what the site's own raw HTML may hold, not third parties'" },
    },
  },
}

function M.find(name)
  for _, verb in ipairs(M.list) do
    if verb.name == name then return verb end
  end
end

function M.names()
  local names = {}
  for i, verb in ipairs(M.list) do names[i] = verb.name end
  return names
end

--- All flags of a verb, its own first.
function M.flags(verb)
  local all = {}
  for _, flag in ipairs(verb.flags) do all[#all + 1] = flag end
  for _, flag in ipairs(M.common) do all[#all + 1] = flag end
  return all
end

return M
