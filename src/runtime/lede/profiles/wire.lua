--- lede.profiles.wire: what a newsroom's system wants that takes pieces over: who, when, what language, whole text, no frames.
return {
  title = "a wire client",
  items = { min = 1 },
  channel = { title = { required = true }, updated = { date = true } },
  item = {
    id = { required = true, unique = true },
    title = { required = true, max = 200 },
    summary = { required = true },
    url = { required = true },
    published = { required = true, date = true },
    html = { required = true, words = 20 },
    authors = { required = true, min = 1 },
  },
  html = {
    elements = "p h1 h2 h3 h4 h5 h6 a b strong i em s del ins code pre sub sup ul ol li dl dt dd blockquote figure figcaption img br hr table thead tbody tfoot tr th td caption span div q cite small mark abbr time u kbd samp var bdi bdo ruby rt rp dfn",
  },
}
