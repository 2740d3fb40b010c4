--- What an embed says: notice names the other site (%s), follow is its link.
return {
  notice = "Questo contenuto si trova su %s. Qui non ne viene caricato nulla.",
  follow = "Vai a vederlo",
}
