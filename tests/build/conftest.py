from __future__ import annotations

from pathlib import Path

import pytest

from erqi_kg.build.pipeline import run_gates
from tests.build.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A tiny project whose quotes its text has confirmed."""
    made = Project(tmp_path)
    run_gates(made.settings(), update_lock=True)
    return made
