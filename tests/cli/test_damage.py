"""A damaged store directory: each command says what is wrong, and `build` mends it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from erqi_kg.storedir import DUMP, MANIFEST, STORE, Release, StoreDirectory
from tests.build.project import Project
from tests.cli.conftest import Run
from tests.releases import point_current

ASK = "ASK {}"


def directory_of(project: Project) -> StoreDirectory:
    return StoreDirectory(project.root / "store")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    shutil.rmtree(path)
    path.mkdir()


def cut_largest_table(store: Path) -> None:
    cut(max(store.glob("*.sst"), key=lambda path: path.stat().st_size))


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut manifest": (lambda path: cut(path / MANIFEST), MANIFEST),
    "no manifest": (lambda path: (path / MANIFEST).unlink(), MANIFEST),
    "manifest of numbers": (lambda path: (path / MANIFEST).write_text("[1]"), MANIFEST),
    "manifest of bytes": (lambda path: (path / MANIFEST).write_bytes(b"\xff\xfe"), MANIFEST),
    "cut dump": (lambda path: cut(path / DUMP), DUMP),
    "no dump": (lambda path: (path / DUMP).unlink(), DUMP),
    "no store": (lambda path: shutil.rmtree(path / STORE), STORE),
    "empty store": (lambda path: empty(path / STORE), STORE),
    "cut store": (lambda path: cut_largest_table(path / STORE), STORE),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_build_sets_a_damaged_release_aside_and_publishes_it_anew(
    project: Project, run: Run, damage: str
) -> None:
    assert run("build").exit_code == 0
    served = directory_of(project).current()
    harm, culprit = DAMAGES[damage]
    harm(served.path)
    assert f"DAMAGED: {culprit}" in run("releases").stdout.replace("its ", "")
    again = run("build", "--if-missing")
    assert again.exit_code == 0
    assert f"release {served.id} is damaged" in again.stderr
    kept = list(served.path.parent.glob(f"{served.id}.damaged-*"))
    assert len(kept) == 1
    assert str(kept[0]) in again.stderr
    assert directory_of(project).current().id == served.id
    listed = run("releases").stdout
    assert f"* {served.id}" in listed
    assert "DAMAGED" not in listed
    assert kept[0].name in listed
    assert run("query", ASK).stdout == "true"
    assert run("build", "--if-missing").stderr == ""


def test_a_damaged_release_hides_no_other(project: Project, run: Run) -> None:
    releases = []
    for number in range(2):
        project.replace("data/reference/places.csv", "Chengdong", f"Chengdong{number}")
        run("build")
        releases.append(directory_of(project).current())
    cut(releases[0].path / MANIFEST)
    listed = run("releases")
    assert listed.exit_code == 0
    assert f"* {releases[1].id}" in listed.stdout
    assert f"  {releases[0].id}  DAMAGED" in listed.stdout
    assert [one.id for one in directory_of(project).releases()] == [releases[1].id]
    assert run("query", ASK).stdout == "true"


def link_to(name: str) -> Callable[[Path, Release], None]:
    return lambda store, _: point_current(store, name)


def plain_file(store: Path, _: Release) -> None:
    (store / "current").unlink()
    (store / "current").write_text("releases/nope", encoding="utf-8")


def plain_directory(store: Path, _: Release) -> None:
    (store / "current").unlink()
    (store / "current").mkdir()


def release_gone(_: Path, served: Release) -> None:
    shutil.rmtree(served.path)


def release_empty(_: Path, served: Release) -> None:
    empty(served.path)


def release_is_a_file(_: Path, served: Release) -> None:
    shutil.rmtree(served.path)
    served.path.write_text("", encoding="utf-8")


def no_link(store: Path, _: Release) -> None:
    (store / "current").unlink()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (link_to("nope"), "points to nope, and there is no such release"),
        (link_to("0123456789abcdef.0"), "points to 0123456789abcdef.0"),
        (link_to("current"), "points to current"),
        (release_gone, "and there is no such release"),
        (release_empty, f"its {MANIFEST} cannot be read"),
        (release_is_a_file, "and there is no such release"),
        (plain_file, "is not a link to a release"),
        (plain_directory, "is not a link to a release"),
        (no_link, "no release in"),
    ],
)
def test_what_current_lacks_is_said_and_a_build_mends_it(
    project: Project, run: Run, harm: Callable[[Path, Release], None], said: str
) -> None:
    run("build")
    served = directory_of(project).current()
    harm(project.root / "store", served)
    for command in (["serve"], ["query", ASK], ["dump"], ["releases"]):
        ended = run(*command)
        assert said in ended.stderr, command
        assert "run `erqi-kg build`" in ended.stderr, command
        assert ended.exit_code == (0 if command == ["releases"] else 1), command
    assert run("build", "--if-missing").exit_code == 0
    assert directory_of(project).current().id == served.id
    assert run("query", ASK).stdout == "true"


def test_what_a_dead_build_left_is_removed(project: Project, run: Run) -> None:
    run("build")
    served = directory_of(project).current()
    shutil.copytree(served.path, served.path.with_name(f".building-{served.id}"))
    served.path.with_name(".building-file").write_text("", encoding="utf-8")
    (project.root / "store" / "current.new").symlink_to("nowhere")
    assert run("build").exit_code == 0
    assert [path.name for path in served.path.parent.iterdir()] == [served.id]
    assert not (project.root / "store" / "current.new").is_symlink()


def test_a_store_directory_that_cannot_be_made_is_named_with_its_setting(
    project: Project, run: Run
) -> None:
    shutil.rmtree(project.root / "store")
    project.write("store", "a file")
    ended = run("build")
    assert ended.exit_code == 1
    assert "ERQI_STORE_DIR" in ended.stderr
