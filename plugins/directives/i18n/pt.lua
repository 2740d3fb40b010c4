--- What an embed says: notice names the other site (%s), follow is its link.
return {
  notice = "Este conteúdo está em %s. Nada dele é carregado aqui.",
  follow = "Ver no local",
}
