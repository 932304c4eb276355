"""The engine over a SPARQL 1.1 endpoint elsewhere, in place of the embedded store."""
