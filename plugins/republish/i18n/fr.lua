--- The words of the page for partners in French.
return {
  republish_title = "Republier cet article",
  republish_how = "Vous pouvez le republier : reprenez le code ci-dessous tel quel, avec la phrase qui en indique l’origine. Le lien canonique dit aux moteurs de recherche où se trouve l’original ; la dernière image compte les lecteurs, sans cookies.",
  republish_head = "Pour l’en-tête de votre page",
  republish_body = "Pour votre page",
}
