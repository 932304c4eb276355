"""The small graph on the remote that says what was published there, graph by graph.

Each graph has, as `dcterms:identifier`, the SHA-256 of the file it was made of, or `unfinished`;
the record itself has the release's id once everything is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from erqi_kg.build.publishing.target import Target
from erqi_kg.namespaces import PREFIXES, REMOTE_RECORD, Names

UNFINISHED = "unfinished"
_IDENTIFIER = PREFIXES["dcterms"] + "identifier"


@dataclass
class Record:
    """What stands on the remote by our doing."""

    iri: str
    release: str | None = None
    digests: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, target: Target, names: Names) -> Record:
        """Return the record of a remote; an empty one where nothing was published."""
        iri = names.remote(REMOTE_RECORD)
        rows = target.solutions(
            f"SELECT ?subject ?value {{ GRAPH <{iri}> {{ ?subject <{_IDENTIFIER}> ?value }} }}"
        )
        found = {row["subject"]: row["value"] for row in rows}
        return cls(iri, found.pop(iri, None), found)

    def write(self, target: Target) -> None:
        """Put the record in the place of the one that is there."""
        target.replace(self.iri, self.to_ntriples())

    @property
    def triples(self) -> int:
        """Return how many triples it has."""
        return len(self.digests) + (self.release is not None)

    def to_ntriples(self) -> bytes:
        """Return the record as N-Triples."""
        found = dict(sorted(self.digests.items()))
        if self.release is not None:
            found[self.iri] = self.release
        lines = [f'<{iri}> <{_IDENTIFIER}> "{value}" .\n' for iri, value in found.items()]
        return "".join(lines).encode()
