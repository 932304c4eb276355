"""A build that is killed harms nothing: the store stays whole, the next build tidies up."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from erqi_kg.build.pipeline import build, run_gates
from erqi_kg.build.repair import STAGING, damage_of
from erqi_kg.engine.residence import load_into_memory
from erqi_kg.storedir import StoreDirectory
from tests.build.project import Project
from tests.servers import clean_environment

LONGEST_S = 30.0
KEPT = 2


def kill_a_build(project: Project, chosen: random.Random, usual_s: float, *, late: bool) -> None:
    """Kill a build at a random moment, or late: at a random moment of its publishing."""
    releases = project.root / "store" / "releases"
    environment = clean_environment(
        ERQI_STORE_DIR=project.root / "store", ERQI_PROJECT_DIR=project.root,
        ERQI_SOURCE_TEXTS=project.texts, ERQI_RELEASES_KEPT=KEPT,
    )  # fmt: skip
    before = set(releases.iterdir())
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "erqi_kg", "build"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        while late and process.poll() is None and set(releases.iterdir()) <= before:
            assert time.monotonic() < started + LONGEST_S
            time.sleep(0.0005)
        time.sleep(chosen.uniform(0, 0.08 if late else usual_s))
        process.kill()


def rename_a_place(project: Project, number: int) -> None:
    csv = f"id,label@zh,label@en\ndivision/1,城东区,Chengdong {number}\n"
    project.write("data/reference/places.csv", csv)


def kill_builds(root: Path, times: int, seed: int) -> int:
    """Kill so many builds; return how many had published before."""
    project = Project(root)
    run_gates(project.settings(), update_lock=True)
    directory = StoreDirectory(root / "store")
    started = time.monotonic()
    served = build(project.settings(releases_kept=KEPT)).id
    usual_s = time.monotonic() - started + 1.0
    chosen = random.Random(seed)
    published = 0
    for number in range(times):
        rename_a_place(project, number)
        kill_a_build(project, chosen, usual_s, late=number % 2 == 0)
        current = directory.current()
        assert damage_of(current.path) is None
        assert len(load_into_memory(current).whole) > 0
        assert all(damage_of(path) is None for path in directory.release_paths())
        assert len(list(directory.releases_path.glob(f"{STAGING}*"))) <= 1
        published += current.id != served
        served = current.id
    rename_a_place(project, times)
    reports: list[str] = []
    last = build(project.settings(releases_kept=KEPT), report=reports.append)
    assert reports == []
    assert directory.current_id() == last.id
    assert len(list(directory.releases_path.iterdir())) <= KEPT
    assert {path.name for path in directory.path.iterdir()} == {
        "build.lock", "current", "releases", "validated.txt", "writer.lock"
    }  # fmt: skip
    return published


def test_builds_killed_at_random_moments_harm_nothing(tmp_path: Path) -> None:
    kill_builds(tmp_path, times=10, seed=1)
