"""docs/python.md says what the client does: its blocks run as one script, its table is whole."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from erqi_kg import errors
from erqi_kg.client import Graph
from tests.servers import Server, clean_environment

TEXT = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
NAMED = re.findall(r"`(?:erqi_kg\.errors\.)?([A-Z]\w+)`", TEXT.partition("## Errors")[2])


def test_the_blocks_run_one_after_another(server: Server, tmp_path: Path) -> None:
    script = tmp_path / "blocks.py"
    code = "".join(BLOCKS).replace("http://127.0.0.1:7878", server.url)
    script.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False,
        env=clean_environment(LC_ALL="C.UTF-8"),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    for said in ("第76位", "二七区", "@misc{", "400 2 8"):
        assert said in done.stdout


def test_every_method_is_in_the_table() -> None:
    methods = {name for name, held in vars(Graph).items() if callable(held) and name[0] != "_"}
    assert methods - set(re.findall(r"`(\w+)\(", TEXT.partition("## Types")[0])) == set()


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_every_error_named_is_an_error(name: str) -> None:
    assert issubclass(getattr(errors, name), errors.ErqiError)
