--- What an embed says: notice names the other site (%s), follow is its link.
return {
  notice = "Ce contenu se trouve sur %s. Rien n’en est chargé ici.",
  follow = "Le voir sur place",
}
