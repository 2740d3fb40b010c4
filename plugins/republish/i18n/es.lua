--- The words of the page for partners in Spanish.
return {
  republish_title = "Republicar este artículo",
  republish_how = "Puede republicarlo: tome el código tal como está, con la frase que dice de dónde procede. El enlace canónico indica a los buscadores dónde está el original; la última imagen cuenta lectores, sin cookies.",
  republish_head = "Para la cabecera de su página",
  republish_body = "Para su página",
}
