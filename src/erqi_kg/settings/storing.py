"""Where releases are built and kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from erqi_kg.namespaces import DEFAULT_BASE_IRI
from erqi_kg.settings.definition import about


def _base_fault(text: str) -> str | None:
    if text.startswith(("http://", "https://")) and text.endswith("/"):
        return None
    return f"{text!r} must be an http(s) IRI that ends with a slash"


@dataclass(frozen=True)
class StoringSettings:
    """Where releases are built and kept."""

    store_dir: Path = field(default=Path("store"), metadata=about("directory of the releases"))
    project_dir: Path = field(
        default=Path(), metadata=about("directory with ontology/, data/ and queries/ (build)")
    )
    base_iri: str = field(
        default=DEFAULT_BASE_IRI,
        metadata=about("prefix of all IRIs (build; recorded in the release)", check=_base_fault),
    )
    source_texts: Path | None = field(
        default=None,
        metadata=about(
            "directory of the source texts; without it the gates that need them do not run"
        ),
    )
    resident_mb: int = field(
        default=4096,
        metadata=about(
            "memory for the in-memory copy of a release, in MiB; a larger one is read from disk",
            least=0,
        ),
    )
    releases_kept: int = field(
        default=3, metadata=about("releases kept when a new one is published", least=1)
    )
    changes_quads: int = field(
        default=1_000_000,
        metadata=about(
            "changed quads that a release records at most; past it, only how many (build)", least=0
        ),
    )
    pull_mb: int = field(
        default=4096,
        metadata=about("largest release that is copied from another server, in MiB", least=1),
    )
