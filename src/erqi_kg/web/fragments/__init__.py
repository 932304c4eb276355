"""Triples by pattern, in pages that carry their own controls (Triple Pattern Fragments)."""
