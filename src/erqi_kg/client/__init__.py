"""Ask a SPARQL endpoint: the local release or any other."""
