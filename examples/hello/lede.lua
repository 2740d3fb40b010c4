-- The whole configuration of a site.
return { title = "The Daily Hello" }
