"""The engine: one query, one bounded process over the store of a release."""
