"""Old releases go; of a pinned one the dumps stay."""

from __future__ import annotations

from erqi_kg.build.repair import REDUCED
from erqi_kg.engine.residence import load_into_memory
from erqi_kg.storedir import DEFAULT_GRAPH, DUMP, MANIFEST, StoreDirectory
from tests.build.project import Project
from tests.cli.conftest import Run


def build_other(project: Project, run: Run, name: str) -> str:
    csv = f"id,label@zh,label@en\ndivision/1,城东区,{name}\n"
    project.write("data/reference/places.csv", csv)
    ended = run("build")
    assert ended.exit_code == 0
    assert "damaged" not in ended.stderr
    return StoreDirectory(project.root / "store").current().id


def test_of_a_pinned_release_the_dumps_stay(project: Project, run: Run) -> None:
    directory = StoreDirectory(project.root / "store")
    cited = build_other(project, run, "one")
    assert "pinned" in run("releases", "--pin", cited).stdout
    later = [build_other(project, run, f"later {number}") for number in range(4)]
    left = {path.name for path in (directory.releases_path / cited).iterdir()}
    assert left == {MANIFEST, DUMP, DEFAULT_GRAPH, REDUCED}
    assert len(load_into_memory(directory.release(cited)).whole) > 0
    assert {one.id for one in directory.releases()} == {cited, *later[-3:]}
    listed = run("releases").stdout
    assert "pinned" in listed
    assert "DAMAGED" not in listed
    run("releases", "--unpin", cited)
    last = build_other(project, run, "last")
    assert {one.id for one in directory.releases()} == {*later[-2:], last}


def test_a_pinned_release_is_whole_again_when_it_is_published_again(
    project: Project, run: Run
) -> None:
    cited = build_other(project, run, "one")
    run("releases", "--pin", cited)
    for number in range(4):
        build_other(project, run, f"later {number}")
    project.write("data/reference/places.csv", "id,label@zh,label@en\ndivision/1,城东区,one\n")
    assert run("build").exit_code == 0
    assert StoreDirectory(project.root / "store").current().id == cited
    assert run("query", "ASK {}").stdout == "true"
    assert "DAMAGED" not in run("releases").stdout


def test_only_what_is_there_can_be_pinned_and_unpinned(project: Project, run: Run) -> None:
    build_other(project, run, "one")
    for option in ("--pin", "--unpin"):
        ended = run("releases", option, "0123456789abcdef.0")
        assert ended.exit_code == 1
        assert "0123456789abcdef.0" in ended.stderr
