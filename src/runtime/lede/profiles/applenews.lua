--- lede.profiles.applenews: what readers that lay articles out anew want, as Apple News does: a picture, people, plain structure.
return {
  title = "Apple News and its like",
  items = { min = 1 },
  channel = { title = { required = true }, language = { required = true } },
  item = {
    id = { required = true, unique = true, max = 64 },
    title = { required = true, max = 250 },
    summary = { required = true, max = 300 },
    url = { required = true, https = true },
    published = { required = true, date = true },
    authors = { required = true, remedy = "name who wrote it: authors: in the front matter" },
    image = { required = true, https = true, remedy = "give the article a picture: image: in the front matter" },
    html = { required = true, bytes = 1000000 },
  },
  html = {
    elements = "p h1 h2 h3 h4 h5 h6 a b strong i em s del code pre sub sup ul ol li blockquote figure figcaption img br hr table thead tbody tfoot tr th td caption span div q cite small mark abbr time",
    depth = 12, https = true,
  },
}
