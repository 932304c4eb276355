"""Publish a release to a SPARQL endpoint elsewhere, by the Graph Store Protocol."""
