"""Ask a SPARQL endpoint: the local release or any other."""

from __future__ import annotations

from erqi_kg.client.graph import Graph

__all__ = ["Graph"]
