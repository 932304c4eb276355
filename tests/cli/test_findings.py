"""What a person reads first is the cause."""

from __future__ import annotations

from erqi_kg.cli.findings import lines_of
from erqi_kg.errors import CoverageIncomplete, DataError, UnknownTerm
from tests.build.project import Project
from tests.cli.conftest import Run

LOST = [UnknownTerm("unknown key 'rank'", "places.csv:2", f"placement/{n}") for n in range(50)]
LINK = UnknownTerm("erqi:about points to placement/7, which nothing describes", "corrections.toml")
OTHER = UnknownTerm("erqi:about points to division/9, which nothing describes", "facts.toml")
UNUSED = CoverageIncomplete("the number '12' is used by no fact", "source.toml")


def test_errors_alike_are_said_once_and_consequences_are_summed_up() -> None:
    lines = list(lines_of([UNUSED, LINK, OTHER, *LOST]))
    assert lines == [
        *(f"error: {error}" for error in LOST[:3]),
        "       ... and 47 more with the same message, in places.csv",
        f"error: {OTHER}",
        f"2 more follow from those, or show once they are repaired; for example: {UNUSED}",
    ]


def test_what_has_no_cause_beside_it_is_said_itself() -> None:
    alone: list[list[DataError]] = [[UNUSED], [LINK], [UNUSED, UNUSED, UNUSED, UNUSED]]
    for errors in alone:
        assert list(lines_of(errors)) == [f"error: {error}" for error in errors]


def test_a_renamed_context_term_is_told_first(project: Project, run: Run) -> None:
    project.replace("ontology/context.jsonld", '"rank":', '"rang":')
    ended = run("build")
    assert ended.exit_code == 1
    lines = ended.stderr.splitlines()
    assert "unknown key 'rank'" in lines[0]
    assert "did you mean" in lines[0]
    assert "used by no fact" in lines[-2]
    assert lines[-2].split()[1:3] == ["more", "follow"]
