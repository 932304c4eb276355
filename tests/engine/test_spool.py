"""An answer's bytes, wherever they are held."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erqi_kg.engine import spool as spools
from erqi_kg.engine.spool import AnswerTooLarge, Spool


def content_of(spool: Spool) -> bytes:
    if spool.descriptor is None:
        return spool.inline
    return os.pread(spool.descriptor, spool.size_bytes + 1, 0)


@settings(max_examples=40)
@given(sizes=st.lists(st.integers(0, 40), max_size=60), cleared=st.booleans())
def test_all_bytes_are_there_in_order_wherever_they_are_held(
    sizes: list[int], *, cleared: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, bound in (("INLINE_BYTES", 100), ("MEMORY_BYTES", 400), ("_BATCH_BYTES", 90)):
            patch.setattr(spools, name, bound)
        spool = Spool(10_000, "/tmp")
        if cleared:
            spool.write(b"x" * 700)
            spool.clear()
        parts = [bytes([number % 256]) * size for number, size in enumerate(sizes)]
        for part in parts:
            spool.write(part)
        spool.finish()
        assert content_of(spool) == b"".join(parts)
        assert spool.size_bytes == sum(sizes)
        spool.close()


def test_a_large_answer_goes_to_the_disk_of_the_directory(tmp_path: Path) -> None:
    spool = Spool(spools.MEMORY_BYTES * 2, str(tmp_path))
    spool.write(b"x" * (spools.MEMORY_BYTES + 1))
    assert spool.descriptor is not None
    assert str(Path(f"/proc/self/fd/{spool.descriptor}").readlink()).startswith(str(tmp_path))
    spool.close()


def test_an_answer_past_its_limit_is_refused() -> None:
    spool = Spool(10, "/tmp")
    spool.write(b"x" * 10)
    with pytest.raises(AnswerTooLarge):
        spool.write(b"x")
