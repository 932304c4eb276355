"""How many answers may be cited."""

from __future__ import annotations

from dataclasses import dataclass, field

from erqi_kg.settings.definition import about


@dataclass(frozen=True)
class CitingSettings:
    """How many answers may be cited; whoever reads may also cite, so all of it is bounded."""

    citations: int = field(
        default=10_000, metadata=about("citations kept; 0 turns citing off", least=0)
    )
    citations_mb: int = field(
        default=256, metadata=about("all citations together, gzipped, in MiB", least=1)
    )
    citation_kb: int = field(
        default=1024, metadata=about("largest answer that is cited, in KiB", least=1)
    )
    client_citations: int = field(
        default=60,
        metadata=about(
            "answers one client may cite in an hour, for each web process; more get 429", least=1
        ),
    )
    cited_releases: int = field(
        default=20,
        metadata=about(
            "releases whose dumps citations pin; those of later ones rest on the kept answer alone",
            least=0,
        ),
    )
