"""The files in which a release keeps what changed from the one before it.

<release>/changes/
    summary.json     both ids, counts, and whether everything is recorded
    changes.db       the changed things and their quads, for pages (SQLite)
    patch.rdfp.gz    the step as RDF Patch
    members.nt.gz    each changed thing as it is now, as a member of the event stream

They depend on the release before, so they are no outputs of the manifest and no part of an id.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from erqi_kg.storedir import CHANGES

SUMMARY = "summary.json"
DATABASE = "changes.db"
PATCH = "patch.rdfp.gz"
MEMBERS = "members.nt.gz"

SECTIONS = ("things", "evidence", "terms", "description")
"""What readers look at apart: things and statements, the words behind them, the ontology, and
what the dataset says of itself."""


@dataclass(frozen=True)
class Summary:
    """One step from a release to the next."""

    release: str
    previous: str
    """Id of the release before."""
    built: str
    """UTC time of the build of the newer release, ISO 8601."""
    previous_built: str
    added: int
    """Quads."""
    removed: int
    things: dict[str, dict[str, int]]
    """Subjects by section and by `added`, `removed`, `changed`."""
    members_bytes: int
    """Length of the members, unpacked."""
    is_complete: bool
    """False: so much changed that only the counts are kept."""

    def to_json(self) -> str:
        """Return the summary as indented JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def changes_path(release_path: Path) -> Path:
    """Return the directory of the changes of a release."""
    return release_path / CHANGES
