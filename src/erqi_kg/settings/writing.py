"""Who may write, and how much."""

from __future__ import annotations

from dataclasses import dataclass, field

from erqi_kg.settings.definition import about


@dataclass(frozen=True)
class WritingSettings:
    """Who may write, and how much."""

    update_token: str | None = field(
        default=None,
        metadata=about("bearer token of those who may write; without it writing is off"),
    )
    update_timeout_s: float = field(
        default=30.0, metadata=about("longest evaluation of an update, in seconds", least=0.05)
    )
    max_upload_mb: int = field(
        default=64, metadata=about("largest RDF document or update, in MiB", least=1)
    )
    workspace_quads: int = field(
        default=100_000, metadata=about("quads in all workspace graphs together", least=0)
    )
    workspace_graphs: int = field(
        default=100, metadata=about("number of workspace graphs", least=0)
    )
    commit_log_mb: int = field(
        default=1024,
        metadata=about("largest commit log, after it was folded, in MiB", least=1),
    )
