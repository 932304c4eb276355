from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.servers import clean_environment


def _bench(*arguments: str, project_dir: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "erqi_kg", "bench", *arguments],
        env=clean_environment(ERQI_PROJECT_DIR=project_dir),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--help",), 0, "--workdir"),
        (("--peers", "blazegraph"), 2, "unknown: blazegraph"),
        (("--kinds", "dance"), 2, "unknown: dance"),
    ],
)
def test_the_command_passes_its_options_on(arguments: tuple[str, ...], code: int, said: str):
    done = _bench(*arguments)
    assert done.returncode == code
    assert said in done.stdout + done.stderr


def test_outside_the_project_the_command_says_where_to_run_it(tmp_path: Path):
    done = _bench(project_dir=tmp_path)
    assert done.returncode == 2
    assert "run this in the project's directory" in done.stderr


def test_the_data_alone_can_be_written(tmp_path: Path):
    done = _bench("--generate", str(tmp_path / "data.nq"), "--size", "7000")
    assert done.returncode == 0, done.stderr
    assert 7_000 <= len((tmp_path / "data.nq").read_text(encoding="utf-8").splitlines()) < 7_100
