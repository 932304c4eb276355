"""A knowledge graph of Erqi District and the service over it."""

__version__ = "0.1.0"
