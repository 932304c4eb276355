"""The guide docs/adding-facts.md, done to the letter, passes every gate."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

import pytest

from erqi_kg.build.pipeline import build, run_gates
from erqi_kg.build.validated import MEMORY
from erqi_kg.settings import Settings
from erqi_kg.storedir import DUMP, Release

DCTERMS = "http://purl.org/dc/terms/"
ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs/adding-facts.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?:text|toml)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
NAME = "jinshui-green-2018"
RETIRED = next(block for block in BLOCKS if "[[tombstone]]" in block)


@pytest.fixture
def followed(built_release: Release, tmp_path: Path) -> Settings:
    """A copy of the project in which the guide was followed, reference data validated before."""
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "store").mkdir()
    shutil.copy(built_release.path.parent.parent / MEMORY, tmp_path / "store" / MEMORY)
    files = (f"texts/{NAME}.txt", f"data/sources/{NAME}.toml", f"data/facts/{NAME}.toml")
    (tmp_path / "texts").mkdir()
    for name, block in zip(files, BLOCKS, strict=False):
        assert name.removeprefix("texts/") in GUIDE
        (tmp_path / name).write_text(block, encoding="utf-8")
    return Settings(
        project_dir=tmp_path, store_dir=tmp_path / "store", source_texts=tmp_path / "texts"
    )


def test_the_guides_examples_are_published(followed: Settings) -> None:
    retired = followed.project_dir / "data/reference/retired.toml"
    assert str(retired.relative_to(followed.project_dir)) in GUIDE
    retired.write_text(RETIRED, encoding="utf-8")
    run_gates(followed, update_lock=True)
    release = build(followed)
    dump = gzip.decompress((release.path / DUMP).read_bytes()).decode()
    assert f"/id/placement/{NAME}/2018-green-development/410105>" in dump
    assert f"/id/observation/{NAME}/gdp/2018-h1/410105/growth-rate>" in dump
    assert all(gate.ran for gate in release.manifest.gates if NAME in gate.name)
    assert (
        f"/id/project/football-town> <{DCTERMS}isReplacedBy> "
        "<https://w3id.org/erqi/id/project/jianye-football-town>" in dump
    )
