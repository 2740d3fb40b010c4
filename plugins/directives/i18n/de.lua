--- What an embed says: notice names the other site (%s), follow is its link.
return {
  notice = "Dieser Inhalt liegt bei %s. Hier wird nichts davon geladen.",
  follow = "Dort ansehen",
}
