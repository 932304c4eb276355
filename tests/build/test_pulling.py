"""A release is copied from a server that may be slow, broken or lying; what is served stays."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from erqi_kg.build.copying.downloading import Downloader
from erqi_kg.build.copying.pulling import PULLS, pull
from erqi_kg.build.repair import damage_of
from erqi_kg.differences.reading import summary_of
from erqi_kg.errors import CopyRefused, CopyUnfinished, StoreError, UsageError
from erqi_kg.settings import Settings
from erqi_kg.storedir import (
    DEFAULT_GRAPH,
    DUMP,
    MANIFEST,
    SEARCH_INDEX,
    Manifest,
    Release,
    StoreDirectory,
)
from erqi_kg.web.app import create_app
from tests.releases import make_release
from tests.web.conftest import failing_engine

GRAPH = "<https://w3id.org/erqi/graph/source/news>"
QUADS = "".join(
    f'<https://w3id.org/erqi/id/name/{number}> <urn:p> "{number} 二七 {"x" * 50}" {GRAPH} .\n'
    for number in range(500)
)
OTHER = f'<urn:s> <urn:p> "other" {GRAPH} .\n'


class Flaky:
    """Breaks the connection in the middle of files, so many times; notes what it was asked."""

    def __init__(self, behind: Any) -> None:
        self.behind = behind
        self.breaks = 0
        self.asked: list[tuple[str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append((environ["PATH_INFO"], environ.get("HTTP_RANGE", "")))
        with closing(self.behind(environ, start_response)) as parts:
            body = b"".join(parts)
        if self.breaks and environ["PATH_INFO"].endswith(DUMP):
            self.breaks -= 1
            return [body[: len(body) // 2]]
        return [body]


class Offer:
    """A server of a release that tests may change."""

    def __init__(self, store_dir: Path, url: str, flaky: Flaky) -> None:
        self.path = store_dir
        self.url = url
        self.flaky = flaky

    @property
    def release(self) -> Release:
        return StoreDirectory(self.path).current()

    def change(self, name: str, content: bytes, **members: Any) -> None:
        """Put another file in a release's place, and say its digest."""
        (self.release.path / name).write_bytes(content)
        digests = self.release.manifest.outputs | {name: hashlib.sha256(content).hexdigest()}
        self.describe(outputs=digests, **members)

    def describe(self, **members: Any) -> None:
        manifest = replace(self.release.manifest, **members)
        (self.release.path / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two store directories: `offered`, and `held`, with another release."""
    place = tmp_path_factory.mktemp("pulling")
    make_release(place / "offered", QUADS)
    make_release(place / "held", OTHER)
    return place


@pytest.fixture(scope="module")
def server(made: Path) -> Iterator[Offer]:
    place = made / "served"
    shutil.copytree(made / "offered", place, symlinks=True)
    release = StoreDirectory(place).current()
    app = create_app(Settings(store_dir=place), failing_engine(RuntimeError(), release))
    flaky = Flaky(app.wsgi_app)
    server = make_server("127.0.0.1", 0, flaky, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Offer(place, f"http://127.0.0.1:{server.server_port}/", flaky)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def offer(server: Offer, made: Path) -> Offer:
    """The server, whole and in good order."""
    shutil.rmtree(server.path)
    shutil.copytree(made / "offered", server.path, symlinks=True)
    server.flaky.breaks = 0
    server.flaky.asked.clear()
    return server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store_dir=tmp_path / "mirror")


@pytest.fixture
def before(made: Path, settings: Settings) -> Release:
    """A release that the mirror serves."""
    shutil.copytree(made / "held", settings.store_dir, symlinks=True)
    return StoreDirectory(settings.store_dir).current()


def downloader(offer: Offer, attempts: int = 3) -> Downloader:
    return Downloader(offer.url, attempts=attempts, wait_s=0.001)


def test_a_copy_has_the_same_id_files_and_manifest(offer: Offer, settings: Settings) -> None:
    copied = pull(settings, downloader(offer))
    served = offer.release
    assert copied.id == served.id
    for name in (MANIFEST, DUMP, DEFAULT_GRAPH, SEARCH_INDEX):
        assert (copied.path / name).read_bytes() == (served.path / name).read_bytes()
    assert damage_of(copied.path) is None
    assert StoreDirectory(settings.store_dir).current_id() == served.id
    assert not (settings.store_dir / PULLS).exists()


def test_pulling_again_fetches_no_file(offer: Offer, settings: Settings) -> None:
    pull(settings, downloader(offer))
    offer.flaky.asked.clear()
    assert pull(settings, downloader(offer)).id == offer.release.id
    assert [path for path, _ in offer.flaky.asked] == ["/releases/current/manifest.json"]


@pytest.mark.parametrize("breaks", [1, 4])
def test_a_broken_download_goes_on_where_it_stopped(
    offer: Offer, settings: Settings, breaks: int
) -> None:
    offer.flaky.breaks = breaks
    copied = pull(settings, downloader(offer))
    assert damage_of(copied.path) is None
    ranges = [asked for path, asked in offer.flaky.asked if path.endswith(DUMP)]
    size = (copied.path / DUMP).stat().st_size
    assert ranges[:2] == ["", f"bytes={size // 2}-"]
    assert len(ranges) == breaks + 1


def test_a_second_run_goes_on_where_the_first_gave_up(offer: Offer, settings: Settings) -> None:
    held = offer.release.path / DUMP
    content = held.read_bytes()
    part = settings.store_dir / PULLS / offer.release.id / f"{DUMP}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(content[:100])
    held.unlink()
    with pytest.raises(CopyRefused, match="offers no copy"):
        pull(settings, downloader(offer))
    assert part.read_bytes() == content[:100]
    held.write_bytes(content)
    offer.flaky.asked.clear()
    pull(settings, downloader(offer))
    assert (f"/releases/{offer.release.id}/files/{DUMP}", "bytes=100-") in offer.flaky.asked


def test_a_server_that_is_away_is_named_and_nothing_is_lost(
    settings: Settings, before: Release
) -> None:
    gone = Downloader("http://127.0.0.1:9/", attempts=2, wait_s=0.001)
    with pytest.raises(CopyUnfinished, match=r"127\.0\.0\.1:9/.*run the same command again"):
        pull(settings, gone)
    assert StoreDirectory(settings.store_dir).current_id() == before.id


def zipped(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


SORTED = "".join(sorted(QUADS.splitlines(keepends=True)))
WITHOUT_A_LINE = SORTED.partition("\n")[2]


def tampered(offer: Offer) -> None:
    file = offer.release.path / DUMP
    file.write_bytes(file.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize(
    ("lie", "complaint"),
    [
        (tampered, "its SHA-256 is another one"),
        (lambda offer: offer.change(DUMP, zipped(WITHOUT_A_LINE)), "not the merge"),
        (lambda offer: offer.change(DUMP, b"no gzip"), "cannot be unpacked"),
        (lambda offer: offer.change(DUMP, zipped(SORTED)[:-9]), "cannot be unpacked"),
        (lambda offer: offer.change(DUMP, zipped("no quad\n")), "no quad of a named graph"),
        (lambda offer: offer.change(DUMP, zipped(SORTED + SORTED)), "is not sorted"),
        (lambda offer: offer.change(SEARCH_INDEX, b"SQLite format 3\0" * 50), "search.db"),
        (lambda offer: offer.describe(quads=7), "the graphs that the manifest counts"),
        (lambda offer: offer.describe(triples=7), "500 triples, not 7"),
        (lambda offer: offer.describe(graphs={"urn:x": 500}), "graphs that the manifest counts"),
        (lambda offer: offer.describe(base_iri="https://x/\r\nSet-Cookie: x/"), "no base IRI"),
        (lambda offer: offer.describe(outputs={}), "names no default.nt.gz"),
        (
            lambda offer: offer.change("../../escaped", b"x"),
            "names a file that no release has: '../../escaped'",
        ),
        (lambda offer: offer.change("store/CURRENT", b"x"), "names a file that no release has"),
        (
            lambda offer: (offer.release.path / MANIFEST).write_text("{}"),
            "manifest.json",
        ),
    ],
)
def test_a_damaged_or_lying_server_is_refused_and_what_is_served_stays(
    offer: Offer,
    settings: Settings,
    before: Release,
    lie: Callable[[Offer], object],
    complaint: str,
) -> None:
    lie(offer)
    with pytest.raises((CopyRefused, CopyUnfinished), match=complaint):
        pull(settings, downloader(offer))
    directory = StoreDirectory(settings.store_dir)
    assert directory.current_id() == before.id
    assert [one.id for one in directory.releases()] == [before.id]
    assert not (settings.store_dir.parent / "escaped").exists()


def test_a_release_past_the_limit_is_refused(offer: Offer, settings: Settings) -> None:
    large = b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(40_000))
    offer.change("coverage.json", large)
    with pytest.raises(CopyRefused, match="is too large; see ERQI_PULL_MB"):
        pull(replace(settings, pull_mb=1), downloader(offer))


def test_dumps_that_unpack_to_far_more_are_refused(offer: Offer, settings: Settings) -> None:
    bomb = zipped(f'<urn:s> <urn:p> "{"x" * 40_000_000}" {GRAPH} .\n')
    assert len(bomb) < 1 << 20
    offer.change(DUMP, bomb, quads=1)
    with pytest.raises(CopyRefused, match="is too large"):
        pull(replace(settings, pull_mb=1), downloader(offer))


def test_a_release_is_asked_for_by_its_id(offer: Offer, settings: Settings) -> None:
    assert pull(settings, downloader(offer), offer.release.id).id == offer.release.id
    with pytest.raises(CopyRefused, match="offers no copy"):
        pull(settings, downloader(offer), "0" * 16 + ".0")
    with pytest.raises(UsageError, match="is not a release id"):
        pull(settings, downloader(offer), "../x")


def test_the_mirror_records_what_changed_for_it(
    offer: Offer, settings: Settings, before: Release
) -> None:
    summary = summary_of(pull(settings, downloader(offer)))
    assert summary is not None
    assert (summary.previous, summary.added, summary.removed) == (before.id, 500, 1)


def test_a_release_of_the_same_id_from_another_build_is_not_overwritten(
    offer: Offer, settings: Settings
) -> None:
    pull(settings, downloader(offer))
    offer.describe(built="2026-02-02T00:00:00Z")
    with pytest.raises(CopyRefused, match="is here already, built at another time"):
        pull(settings, downloader(offer))


def test_a_copy_waits_for_no_build(offer: Offer, settings: Settings) -> None:
    with (
        StoreDirectory(settings.store_dir).lock("build"),
        pytest.raises(StoreError, match="another process"),
    ):
        pull(settings, downloader(offer))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "x", "http://", "http://x/?q=1"])
def test_an_address_that_is_none_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError):
        Downloader(url)


def test_the_manifest_is_sent_as_it_was_written(offer: Offer) -> None:
    text = downloader(offer).read("releases/current/manifest.json", 1 << 20)
    assert json.loads(text)["release"] == offer.release.id
    assert Manifest.from_json(text.decode()) == offer.release.manifest
    with pytest.raises(CopyRefused, match="more than 10 bytes"):
        downloader(offer).read("releases/current/manifest.json", 10)
