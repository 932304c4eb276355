"""Spare a build the searches for cyclic garbage.

What a build makes lives until its end: hundreds of thousands of terms, which the collector would
go through over and over for a few cycles of the validator.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_cycle_collection() -> Iterator[None]:
    """Collect no cycles until the end, when they are collected again as before."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
