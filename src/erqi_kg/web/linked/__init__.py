"""Things, the ontology and graphs as linked data: pages, formats, links."""
