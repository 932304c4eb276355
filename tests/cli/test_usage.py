"""What the command line says of itself, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from erqi_kg.cli import main
from tests.build.project import Project
from tests.cli.conftest import Run
from tests.releases import make_release
from tests.servers import clean_environment

OURS = sorted(set(main.commands) - {"bench"})


@pytest.mark.parametrize("command", [[], *([name] for name in OURS)])
def test_help_tells_the_exit_codes(command: list[str]) -> None:
    said = CliRunner().invoke(main, [*command, "--help"])
    assert said.exit_code == 0
    assert "Exit code" in said.output


@pytest.mark.parametrize("name", [*OURS, "bench"])
def test_the_list_of_commands_tells_each_in_a_whole_sentence(name: str) -> None:
    line = main.commands[name].get_short_help_str(limit=60)
    assert line.endswith(".")
    assert not line.endswith("...")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["query", "SELECT * { ?s ?p "], 1, "line 1, column"),
        (["query", "nofile.rq"], 2, "there is no query file 'nofile.rq'"),
        (["query", ""], 2, "there is no query file ''"),
        (["dump", "-o", "/nonexistent/x"], 2, "cannot write /nonexistent/x"),
        (["dump", "now"], 2, "Usage"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_wrong_usage_ends_with_its_code_and_says_why(
    project: Project, run: Run, arguments: list[str], code: int, said: str
) -> None:
    assert run("build").exit_code == 0
    ended = run(*arguments)
    assert ended.exit_code == code
    assert said in ended.stderr


def test_a_query_in_no_utf_8_is_named(project: Project, run: Run) -> None:
    file = project.root / "query.rq"
    file.write_bytes(b"ASK { ?s ?p '\xb6\xfe' }")
    ended = run("query", str(file))
    assert (ended.exit_code, "not UTF-8" in ended.stderr) == (2, True)


def test_what_is_piped_has_no_colours_and_no_progress(project: Project, run: Run) -> None:
    built = run("build")
    asked = run("query", "-f", "table", "SELECT ?x { VALUES ?x { 1 } }")
    assert "1 solution(s)" in asked.stdout
    assert "\x1b" not in built.output + asked.output


def test_a_reader_that_leaves_a_dump_sees_no_traceback(tmp_path: Path) -> None:
    quads = (f"<urn:s> <urn:p> <urn:{n * n}> <urn:g> .\n" for n in range(60_000))
    make_release(tmp_path, "".join(quads))
    with subprocess.Popen(
        [sys.executable, "-m", "erqi_kg", "dump"],
        env=clean_environment(ERQI_STORE_DIR=tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(2) == b"\x1f\x8b"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
