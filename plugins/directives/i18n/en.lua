--- What an embed says: notice names the other site (%s), follow is its link.
return {
  notice = "This is shown by %s. Nothing of it is loaded here.",
  follow = "Go there",
}
