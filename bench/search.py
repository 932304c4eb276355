"""Measure `/search` in process: python bench/search.py [store directory]."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from erqi_kg.engine import start_engine
from erqi_kg.settings import Settings
from erqi_kg.web.app import create_app

WORDS = (
    "二七", "三个二七", "erqi", "eqq", "二七區", "Erqi", "410103", "41 01 03", "Q1337114",
    "放管服", "fangguanfu", "zhengzhou", "郑州", "绿色发展", "green", "district", "no such thing",
    "中原区", "henan", "项目",
)  # fmt: skip
ROUNDS = 25


def main() -> None:
    settings = Settings.load() if len(sys.argv) < 2 else Settings(store_dir=Path(sys.argv[1]))
    engine = start_engine(settings)
    client = create_app(settings, engine).test_client()
    for form in ("json", "html"):
        taken = []
        for turn in range(ROUNDS + 1):
            for words in WORDS:
                started = time.perf_counter()
                answer = client.get("/search", query_string={"q": words, "format": form})
                assert answer.status_code == 200
                if turn:
                    taken.append((time.perf_counter() - started) * 1000)
        p95 = statistics.quantiles(taken, n=20)[-1]
        print(f"{form}: median {statistics.median(taken):.1f} ms, p95 {p95:.1f} ms")
    engine.close()


if __name__ == "__main__":
    main()
