--- lede.profiles.msn: what MSN takes of a feed.
return {
  title = "MSN",
  formats = { "rss", "atom" },
  items = { min = 1 },
  item = {
    id = { required = true, unique = true, remedy = "an id that never changes: lede.feed.id" },
    title = { required = true, max = 150 },
    published = { required = true, date = true, remedy = "give the article a date" },
    url = { required = true, https = true, remedy = "set base_url to the https address of the site" },
    html = { required = true, remedy = "whole texts: feed = { full = true }" },
  },
  called = { html = "content", published = "publication date" },
  html = {
    elements = "b i em strong sub sup small h1 h2 h3 h4 h5 a img table thead tbody tfoot tr td th caption ul ol li p div span br blockquote figure figcaption",
    depth = 9, https = true,
    frames = { "www.youtube.com", "www.youtube-nocookie.com", "player.vimeo.com", "www.facebook.com", "www.instagram.com", "platform.twitter.com" },
  },
}
