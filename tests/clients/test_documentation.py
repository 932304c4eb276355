"""Every block of docs/clients.md runs and prints what the page says it prints."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.programs import Programs
from tests.servers import Server, clean_environment

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
BLOCKS = re.findall(r"```(sh|python|js|r)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
SUFFIXES = {"sh": ".sh", "python": ".py", "js": ".mjs", "r": ".R"}


def test_the_page_has_a_block_of_each_language() -> None:
    assert {language for language, _ in BLOCKS} == SUFFIXES.keys()


@pytest.mark.parametrize(("language", "block"), BLOCKS)
def test_a_block_prints_the_names(
    programs: Programs, server: Server, tmp_path: Path, language: str, block: str
) -> None:
    file = tmp_path / f"block{SUFFIXES[language]}"
    file.write_text(block.replace("http://127.0.0.1:7878", server.url), encoding="utf-8")
    rscript = shutil.which("Rscript")
    runners = {
        "sh": ["sh"], "python": [sys.executable], "js": [str(programs.node)], "r": [str(rscript)],
    }  # fmt: skip
    done = subprocess.run(
        [*runners[language], str(file)], capture_output=True, text=True, check=False, timeout=60,
        env=clean_environment(LC_ALL="C.UTF-8"), stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert 0 <= done.stdout.find("二七区") < done.stdout.find("Erqi"), done.stdout
