"""Answers with a permanent name: a query, the release it was asked of, and what came out."""
