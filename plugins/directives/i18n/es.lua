--- What an embed says: notice names the other site (%s), follow is its link.
return {
  notice = "Este contenido está en %s. Aquí no se carga nada de él.",
  follow = "Verlo allí",
}
