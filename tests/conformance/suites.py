"""Take the W3C suites from rdflib's source distribution, pinned by version and digest.

The suites stand there below `test/data/suites/w3c`; nothing of them is kept in this repository.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

RDFLIB = "7.6.0"
SHA256 = "6c831288d5e4a5a7ece85d0ccde9877d512a3d0f02d7c06455d00d6d0ea379df"
CACHE = Path(__file__).parent / ".cache"
_INSIDE = f"rdflib-{RDFLIB}/test/data/suites/w3c/"


def suites() -> Path:
    """Return the directory of the suites; fetch and unpack them unless that was done."""
    place = CACHE / f"w3c-{SHA256[:16]}"
    if not place.is_dir():
        archive = CACHE / f"rdflib-{RDFLIB}.tar.gz"
        if not archive.is_file():
            _download()
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        assert digest == SHA256, f"{archive} has the digest {digest}, not {SHA256}"
        _unpack(archive, place)
    return place


def _download() -> None:
    CACHE.mkdir(exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
         "--no-binary", "rdflib", "--no-deps", "--dest", str(CACHE), f"rdflib=={RDFLIB}"],
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def _unpack(archive: Path, place: Path) -> None:
    partial = place.with_name(f"{place.name}.{os.getpid()}")
    with tarfile.open(archive) as files:
        for member in files.getmembers():
            if member.isfile() and member.name.startswith(_INSIDE) and ".." not in member.name:
                target = partial / member.name.removeprefix(_INSIDE)
                target.parent.mkdir(parents=True, exist_ok=True)
                source = files.extractfile(member)
                assert source is not None
                target.write_bytes(source.read())
    partial.rename(place)
