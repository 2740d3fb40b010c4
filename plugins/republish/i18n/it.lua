--- The words of the page for partners in Italian.
return {
  republish_title = "Ripubblicare questo articolo",
  republish_how = "Può essere ripubblicato: riprenda il codice così com’è, con la frase che ne indica la provenienza. Il link canonico dice ai motori di ricerca dove si trova l’originale; l’ultima immagine conta i lettori, senza cookie.",
  republish_head = "Per l’intestazione della pagina",
  republish_body = "Per la pagina",
}
