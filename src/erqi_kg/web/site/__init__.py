"""The pages people read: home, search, questions, sources, status."""
