"""How far projects have come: each under the stage its source states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from erqi_kg.web.showing.display import Display, Text

_STAGES: Mapping[str, tuple[str, ...]] = {
    "planned": ("listed", "signed"),
    "started": ("started", "under-way"),
    "finished": ("basically-complete", "implemented", "built", "operating", "moved-in"),
    "drawn": ("rendering-only",),
}
_OF_STATUS = {status: stage for stage, statuses in _STAGES.items() for status in statuses}
_NO_STAGE = "unknown"


@dataclass(frozen=True)
class Project:
    """A project or a group of them, and what is stated of its state."""

    label: Text
    href: str
    statuses: list[Text]


@dataclass(frozen=True)
class Stage:
    """A stage and the projects that have reached it and no later one."""

    name: str
    """Of the message that tells it."""
    projects: list[Project] = field(default_factory=list)


def progress_of(
    statuses: Mapping[str, Iterable[str]], display: Display, here: str = ""
) -> list[Stage]:
    """Return the stages that any project is in, the first first; [] where there is no project.

    Args:
        statuses: the statuses stated, by project.
        display: knows the labels of both.
        here: the thing of the page; its own status alone is no picture.
    """
    stages = {name: Stage(name) for name in (*_STAGES, _NO_STAGE)}
    for iri, stated in statuses.items():
        reached = [_OF_STATUS.get(status.rpartition("/")[2], _NO_STAGE) for status in stated]
        furthest = max(reached, key=list(_STAGES).index) if _is_known(reached) else _NO_STAGE
        told = [display.label(status) for status in stated]
        stages[furthest].projects.append(Project(display.label(iri), display.href(iri), told))
    for stage in stages.values():
        stage.projects.sort(key=lambda project: project.label.text)
    is_told = bool(set(statuses) - {here})
    return [stage for stage in stages.values() if stage.projects] if is_told else []


def _is_known(reached: list[str]) -> bool:
    return bool(reached) and _NO_STAGE not in reached
