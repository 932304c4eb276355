"""How much memory a process holds, as the kernel counts it."""

from __future__ import annotations

import re
from pathlib import Path

_LINE = re.compile(r"^(Rss|Pss|Private_Dirty):\s+(\d+) kB$", re.MULTILINE)


def memory_of(pid: int) -> dict[str, int] | None:
    """Return resident and proportional memory of a process in MiB; None when it is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return None
    found = {name: int(kilobytes) // 1024 for name, kilobytes in _LINE.findall(text)}
    return {
        "pid": pid,
        "rss_mb": found.get("Rss", 0),
        "pss_mb": found.get("Pss", 0),
        "private_mb": found.get("Private_Dirty", 0),
    }
