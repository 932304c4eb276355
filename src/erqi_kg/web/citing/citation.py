"""A citation: a query, its release and its answer, named by their digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

CITATION_ID = re.compile(r"[0-9a-f]{20}")
Row = str
"""One solution, in canonical JSON."""


@dataclass(frozen=True)
class Citation:
    """One cited answer."""

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    release: str
    """Id of the release that was asked."""
    release_built: str
    """UTC time of that release, ISO 8601."""
    cited: str
    """UTC time of the citation, ISO 8601."""
    answer: Mapping[str, Any]
    """As SPARQL 1.1 JSON results."""
    question: str = ""
    """Id in the question library; "": a query of the reader's own."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The question in words, by language."""

    @property
    def rows(self) -> list[Row]:
        """Return the solutions, each in canonical form; of ASK one."""
        if "boolean" in self.answer:
            return [json.dumps(self.answer["boolean"])]
        return rows_of(self.answer["results"]["bindings"])

    @property
    def count(self) -> int:
        """Return how many solutions there are."""
        return len(self.rows)

    @property
    def answer_digest(self) -> str:
        """Return the SHA-256 of the solutions, whatever their order."""
        head = json.dumps(self.answer.get("head", {}).get("vars", []))
        return hashlib.sha256("\n".join([head, *sorted(self.rows)]).encode()).hexdigest()

    @property
    def id(self) -> str:
        """Return the name: the same query, release and answer have the same one."""
        parts = (self.query, self.default_graphs, self.named_graphs, self.release)
        summed = repr((*parts, self.answer_digest)).encode("utf-8", "surrogatepass")
        return hashlib.sha256(summed).hexdigest()[:20]

    def to_json(self) -> str:
        """Return the citation as it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Citation:
        """Read a kept citation.

        Raises:
            ValueError, TypeError, KeyError: it is none.
        """
        members = json.loads(text)
        for name in ("default_graphs", "named_graphs"):
            if members[name] is not None:
                members[name] = tuple(members[name])
        return cls(**members)


@dataclass(frozen=True)
class Comparison:
    """How an answer differs from the cited one."""

    release: str
    """Id of the release that was asked again."""
    added: Sequence[Row]
    removed: Sequence[Row]

    @property
    def is_same(self) -> bool:
        """Say whether the same solutions came out, each as often."""
        return not self.added and not self.removed


def rows_of(bindings: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return solutions in canonical form."""
    return [
        json.dumps(solution, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for solution in bindings
    ]


def compare(cited: Citation, again: Citation) -> Comparison:
    """Return what came and went since an answer was cited."""
    before, now = Counter(cited.rows), Counter(again.rows)
    return Comparison(
        again.release,
        added=sorted((now - before).elements()),
        removed=sorted((before - now).elements()),
    )
