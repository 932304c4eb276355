"""The functions the engine offers beyond those of SPARQL 1.1 (SPARQL 1.1 Query, 17.6)."""

from __future__ import annotations

from erqi_kg.namespaces import PREFIXES

GEOSPARQL = "http://www.opengis.net/def/function/geosparql/"

_CASTS = (
    "date", "time", "duration", "dayTimeDuration", "yearMonthDuration",
    "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay",
)  # fmt: skip
"""Datatypes that literals are cast to beside the seven of SPARQL 1.1, 17.5."""

_GEOMETRY = (
    "asGeoJSON", "getSRID", "coordinateDimension", "dimension", "spatialDimension",
    "isEmpty", "isSimple", "area", "length", "perimeter", "distance",
    "centroid", "convexHull", "envelope", "union", "intersection", "difference", "symDifference",
    "relate",
    "sfEquals", "sfDisjoint", "sfIntersects", "sfTouches",
    "sfCrosses", "sfWithin", "sfContains", "sfOverlaps",
    "ehEquals", "ehDisjoint", "ehMeet", "ehOverlap",
    "ehCovers", "ehCoveredBy", "ehInside", "ehContains",
    "rcc8eq", "rcc8dc", "rcc8ec", "rcc8po", "rcc8tppi", "rcc8tpp", "rcc8ntpp", "rcc8ntppi",
)  # fmt: skip
"""Functions of GeoSPARQL 1.1, on geometries as `geo:wktLiteral` or `geo:geoJSONLiteral`."""

EXTENSION_FUNCTIONS = (
    *(PREFIXES["xsd"] + name for name in _CASTS),
    *(GEOSPARQL + name for name in _GEOMETRY),
)
"""IRIs, as a query calls them."""
