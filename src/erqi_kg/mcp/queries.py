"""Any SPARQL query, with rows up to a number that is said, and the doctor's word on none."""

from __future__ import annotations

from typing import Any

from erqi_kg.mcp.asking import Asker, Refused, Reply, answer_of, json_of
from erqi_kg.mcp.outcome import Outcome, extent, extent_said

USUAL_ROWS = 50
MOST_ROWS = 500
TSV = "text/tab-separated-values"
N_TRIPLES = "application/n-triples"
_ACCEPT = f"{TSV}, {N_TRIPLES};q=0.9"


def sparql(asker: Asker, query: str, limit: int = USUAL_ROWS) -> Outcome:
    """Return the first rows of an answer, terms written as in SPARQL, and how many there are."""
    reply = answer_of(asker, "/sparql", {"query": query}, _ACCEPT, posts=True)
    lines = _lines(reply)
    if reply.media_type == N_TRIPLES:
        return _counted({"triples": lines[:limit]}, lines, reply, limit)
    head, *rows = lines
    if not head.startswith("?") and head in ("true", "false"):
        return Outcome({"boolean": head == "true"}, f"ASK: {head}")
    columns = [name.removeprefix("?") for name in head.split("\t")] if head else []
    members: dict[str, Any] = {
        "columns": columns,
        "rows": [_row(columns, row) for row in rows[:limit]],
    }
    if not rows and reply.is_whole:
        members["hints"] = _hints(asker, query)
    return _counted(members, rows, reply, limit)


def _counted(members: dict[str, Any], found: list[str], reply: Reply, limit: int) -> Outcome:
    total = len(found) if reply.is_whole else None
    shown = min(limit, len(found))
    said = extent_said(shown, total)
    if total == 0:
        said += "".join(map(_advised, (members.get("hints") or {}).get("advice", ())))
    return Outcome({**members, **extent(shown, total), "most_rows": limit}, said)


def _advised(advice: dict[str, Any]) -> str:
    nearest = ", ".join(one["term"] for one in advice["suggestions"])
    return f"\n{advice['message']['zh']} {advice['message']['en']} {nearest}".rstrip()


def _lines(reply: Reply) -> list[str]:
    """Return the whole lines of an answer; what was cut off in a line does not count."""
    *whole, _rest = reply.body.decode("utf-8", "replace").split("\n")
    lines = [line.removesuffix("\r") for line in whole]
    return lines or [_rest]


def _row(columns: list[str], line: str) -> dict[str, str | None]:
    if not columns:
        return {}
    return {name: term or None for name, term in zip(columns, line.split("\t"), strict=True)}


def _hints(asker: Asker, query: str) -> Any:
    """Return the report about a query without solutions; None where there is none."""
    try:
        found = json_of(asker, "/sparql/doctor", {"query": query, "format": "json"})
    except Refused:
        return None
    return {name: found[name] for name in ("patterns", "advice", "left_out", "complete")}
