--- The words of the page for partners in Portuguese.
return {
  republish_title = "Republicar este artigo",
  republish_how = "Pode republicá-lo: use o código tal como está, com a frase que indica a origem. O link canónico diz aos motores de busca onde está o original; a última imagem conta leitores, sem cookies.",
  republish_head = "Para o cabeçalho da sua página",
  republish_body = "Para a sua página",
}
