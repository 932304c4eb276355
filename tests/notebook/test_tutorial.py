"""The tutorial runs as it stands, against the service."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from erqi_kg.storedir import Release
from tests.servers import running_server

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial.ipynb"
PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def cells(built_release: Release, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The cells of code, with their outputs."""
    log = tmp_path_factory.mktemp("notebook") / "log"
    notebook = nbformat.read(TUTORIAL, as_version=4)
    with (
        running_server(built_release.path.parent.parent, log) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("ERQI_ENDPOINT", f"{server.url}/sparql")
        patch.setenv("PYTHONPATH", str(ROOT / "src"))
        patch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(cells: list[Any], kind: str) -> list[str]:
    return [
        output["data"][kind]
        for cell in cells
        for output in cell.outputs
        if kind in output.get("data", {})
    ]


def test_it_draws_two_pictures_in_chinese_without_a_missing_letter(cells: list[Any]) -> None:
    pictures = [base64.b64decode(text) for text in outputs(cells, "image/png")]
    assert len(pictures) == 2
    assert all(picture.startswith(PNG) and len(picture) > 5_000 for picture in pictures)
    assert "'Zh'" in outputs(cells, "text/plain")
    said = [output.text for cell in cells for output in cell.outputs if "text" in output]
    assert not any("Warning" in text or "missing" in text for text in said), said


def test_its_tables_hold_what_the_graph_holds(cells: list[Any]) -> None:
    tables = outputs(cells, "text/html")
    assert len(tables) == 5
    assert all(words in tables[1] for words in ("86", "76", "91", "63", "第76位"))
    assert "282.8亿元" in tables[2]
    assert outputs(cells, "text/plain")[-1] == "True"


def test_it_cites_an_answer(cells: list[Any]) -> None:
    assert any("@misc{" in text for text in outputs(cells, "text/plain"))


def test_it_is_kept_without_outputs_and_without_places_of_anybodys_machine() -> None:
    kept = json.loads(TUTORIAL.read_text(encoding="utf-8"))
    assert all(not cell.get("outputs") for cell in kept["cells"])
    assert all(cell.get("execution_count") is None for cell in kept["cells"])
    assert set(kept["metadata"]) == {"kernelspec", "language_info"}
