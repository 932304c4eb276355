from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from erqi_kg.build.pipeline import run_gates
from erqi_kg.cli import main
from tests.build.project import Project

Run = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A tiny project whose quotes its text has confirmed."""
    made = Project(tmp_path)
    run_gates(made.settings(), update_lock=True)
    return made


@pytest.fixture
def run(project: Project, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as a user of the tiny project would."""
    for name in list(os.environ):
        if name.startswith("ERQI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ERQI_STORE_DIR", str(project.root / "store"))
    monkeypatch.setenv("ERQI_PROJECT_DIR", str(project.root))
    monkeypatch.setenv("ERQI_SOURCE_TEXTS", str(project.texts))
    return lambda *arguments: CliRunner().invoke(main, arguments, catch_exceptions=False)
