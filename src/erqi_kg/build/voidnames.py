"""Names of what the VoID description speaks of: fragments of one document, made from terms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from erqi_kg.namespaces import Names

_SAFE = ":-._~"
"""Kept as they are in a fragment's part; `/` parts the parts."""


@dataclass(frozen=True)
class VoidNames:
    """IRIs under the document of the description."""

    names: Names

    @property
    def document(self) -> str:
        """Return the IRI of the description itself."""
        return f"{self.names.base_iri}.well-known/void"

    @property
    def dataset(self) -> str:
        """Return the IRI of the whole dataset."""
        return self.of("dataset")

    def of(self, *parts: str) -> str:
        """Return the IRI with these parts in its fragment."""
        return f"{self.document}#" + "/".join(quote(part, safe=_SAFE) for part in parts)

    def short(self, term: bytes) -> str:
        """Return a term in N-Triples syntax as a prefixed name, or as its IRI."""
        return _short(self.names, term)


@cache
def _short(names: Names, term: bytes) -> str:
    iri = term[1:-1].decode()
    for prefix, namespace in names.prefixes().items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
