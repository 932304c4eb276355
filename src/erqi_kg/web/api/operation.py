"""What every address under `/api/` takes and answers."""

from __future__ import annotations

from collections.abc import Mapping

from erqi_kg.web.api.paging import MOST_OFFSET, MOST_ROWS, USUAL_LIMIT
from erqi_kg.web.http.formats import CSV, JSON_LD
from erqi_kg.web.http.operations import Field, chosen, text

JSON = "application/json"
FORMATS: Mapping[str, str] = {"json": JSON, "csv": CSV, "jsonld": JSON_LD}
FIELDS = (
    Field(
        "limit",
        f"rows of the page; without it {USUAL_LIMIT}, in CSV all",
        {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "example": 100},
    ),
    Field(
        "offset",
        "rows before the page",
        {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET, "default": 0},
    ),
    chosen("format", "overrides Accept", tuple(FORMATS)),
    text("release", "id of an older release"),
)
