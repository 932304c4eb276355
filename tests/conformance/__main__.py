"""Run the suites against the engines, and write docs/conformance.md and docs/conformance.ttl."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.conformance.engines import ENGINES
from tests.conformance.report import earl, page
from tests.conformance.verdicts import verdicts

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    run = {}
    for name, engine in ENGINES.items():
        with tempfile.TemporaryDirectory() as place, engine(Path(place)) as endpoint:
            started = time.perf_counter()
            run[name] = verdicts(endpoint)
            failed = sum(not verdict.passed for verdict in run[name])
            took = time.perf_counter() - started
            print(f"{name}: {len(run[name])} cases, {failed} failed, {took:.1f} s")
    (DOCS / "conformance.ttl").write_text(earl(run["erqi-kg"]), encoding="utf-8")
    (DOCS / "conformance.md").write_text(page(run), encoding="utf-8")


if __name__ == "__main__":
    main()
