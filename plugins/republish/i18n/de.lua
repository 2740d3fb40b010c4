--- The words of the page for partners in German.
return {
  republish_title = "Diesen Artikel übernehmen",
  republish_how = "Sie dürfen ihn übernehmen: Nehmen Sie den Code unten, wie er ist, mit dem Satz, der die Herkunft nennt. Der kanonische Link sagt Suchmaschinen, wo das Original steht; das letzte Bild zählt Leser, ohne Cookies.",
  republish_head = "Für den Kopf Ihrer Seite",
  republish_body = "Für Ihre Seite",
}
