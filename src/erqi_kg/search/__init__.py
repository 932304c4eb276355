"""Finding things by name: how names are folded, and the reader of a release's search index."""
