"""Points as people read them: degrees north or south, east or west."""

from __future__ import annotations

import re

from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.showing.language import message
from erqi_kg.web.showing.terms import Term

_WKT = PREFIXES["geo"] + "wktLiteral"
_POINT = re.compile(r"(?:<[^>]*> ?)?POINT ?\( ?(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?) ?\)", re.I)


def position_of(term: Term) -> tuple[float, float] | None:
    """Return (longitude, latitude) of a WKT point in CRS84, None for anything else.

    Source: GeoSPARQL 1.1, section 8.5.1.
    """
    if term.datatype != _WKT:
        return None
    found = _POINT.fullmatch(term.value.strip())
    return (float(found[1]), float(found[2])) if found else None


def told_position(term: Term, language: str) -> str:
    """Return where a point is, in words; "" for what is no point."""
    position = position_of(term)
    if position is None:
        return ""
    longitude, latitude = position
    return message(
        "position.point",
        language,
        latitude=_degrees(latitude, "north", "south", language),
        longitude=_degrees(longitude, "east", "west", language),
    )


def _degrees(degrees: float, above: str, below: str, language: str) -> str:
    side = message(f"position.{below if degrees < 0 else above}", language)
    return message("position.degrees", language, degrees=f"{abs(degrees):g}", side=side)
