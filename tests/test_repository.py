"""Promises about the whole repository."""

from __future__ import annotations

import inspect
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from erqi_kg import __version__, errors
from erqi_kg.settings import Settings, settings_table

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "src").rglob("*.py"))
MOST_LINES = 300
FORBIDDEN = re.compile(r"\b(TODO|FIXME|XXX)\b|pytest\.skip|mark\.skip|importorskip|mark\.xfail")
HOSTED = re.compile(r'"resolved":\s*"http|index-url|--find-links|files\.pythonhosted')


def tracked(*patterns: str) -> list[Path]:
    """The files of the project; a source archive has no history, so every file counts there."""
    if not (ROOT / ".git").exists():
        return [path for pattern in patterns for path in ROOT.rglob(pattern) if path.is_file()]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_arrows_go_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_module_has_one_job_and_says_so(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    assert text.lstrip().startswith('"""')


def test_nothing_is_left_undone_or_skipped() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked("*.py", "*.ts", "*.js", "*.toml", "Makefile", ".ci/run")
        if path != Path(__file__)
        for match in FORBIDDEN.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_lock_or_settings_file_names_a_package_host() -> None:
    found = [
        path.name
        for path in tracked("*.json", "*.txt", "*.toml", "*.cfg", "Makefile", ".npmrc")
        if HOSTED.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_group_is_repeated_possessively() -> None:
    """Python before 3.11.5 matches such patterns wrongly; an atomic group says the same."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in tracked("src/*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"[)}][*+?]\+", re.sub(r"\[(?:[^\]\\]|\\.)+\]", "", line))
    ]
    assert found == []


def test_every_error_stands_in_the_tree() -> None:
    tree = inspect.getdoc(errors) or ""
    classes = [
        name
        for name, found in vars(errors).items()
        if inspect.isclass(found) and issubclass(found, errors.ErqiError)
    ]
    assert [name for name in classes if not re.search(rf"\b{name}\b", tree)] == []


def test_every_setting_is_documented_with_its_default() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [
        f"| `{name}` | {f'`{default}`' if default else 'none'} | {text} |"
        for name, default, text in settings_table()
    ]
    assert [row for row in rows if row not in documented] == []


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({"ERQI_PORT": "http"}, "ERQI_PORT: 'http' is not a whole number, such as 10"),
        ({"ERQI_QUERY_TIMEOUT_S": "10s"}, "'10s' is not a number"),
        ({"ERQI_QUERY_TIMEOUT": "1"}, "ERQI_QUERY_TIMEOUT; did you mean ERQI_QUERY_TIMEOUT_S?"),
        ({"ERQI_PROT": ""}, "ERQI_PROT; did you mean ERQI_PORT?"),
        ({"ERQI_ZZZ": "1"}, "unknown setting ERQI_ZZZ; did you mean"),
        ({"ERQI_PORT": "0"}, "ERQI_PORT: 0 is too small; the least is 1"),
        ({"ERQI_QUERY_TIMEOUT_S": "0"}, "too small"),
        ({"ERQI_QUERY_TIMEOUT_S": "nan"}, "not a finite number"),
        ({"ERQI_QUERY_TIMEOUT_S": "inf"}, "not a finite number"),
        ({"ERQI_PORT": "80000"}, "too large"),
        ({"ERQI_BASE_IRI": "https://example.org/kg"}, "ends with a slash"),
        ({"ERQI_SETTINGS": "/nowhere.toml"}, "cannot read"),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], complaint: str) -> None:
    with pytest.raises(errors.UsageError, match=re.escape(complaint)):
        Settings.load(environ)


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    file = tmp_path / "erqi.toml"
    file.write_text('port = 9000\nERQI_HOST = "0.0.0.0"\n', encoding="utf-8")
    loaded = Settings.load({"ERQI_SETTINGS": str(file), "ERQI_PORT": "9001"})
    assert (loaded.port, loaded.host, loaded.workers) == (9001, "0.0.0.0", Settings().workers)
    file.write_text("prot = 1\n", encoding="utf-8")
    with pytest.raises(errors.UsageError, match=r"unknown setting prot; did you mean port\?"):
        Settings.load({"ERQI_SETTINGS": str(file)})


def test_the_version_stands_in_one_place_and_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
