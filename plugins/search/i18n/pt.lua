--- The words of the search page in Portuguese.
return {
  search_title = "Pesquisa",
  search_label = "Palavras a procurar",
  search_go = "Pesquisar",
  search_none = "Nada encontrado.",
  search_one = "%d artigo",
  search_many = "%d artigos",
  search_more = "Mais",
  search_failed = "Não é possível ler o índice. Tente mais tarde.",
  search_common = "Estas palavras estão na maioria dos artigos; escreva outras mais raras.",
  search_noscript = "A pesquisa precisa de JavaScript.",
}
