"""The media types of answers, by the kind of result (SPARQL 1.1 Protocol, 2.1.6); best first."""

from __future__ import annotations

RESULT_MEDIA_TYPES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
"""Of SELECT and ASK."""

GRAPH_MEDIA_TYPES = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/trig",
    "application/n-quads",
)
"""Of CONSTRUCT and DESCRIBE."""

JSON_LD = "application/ld+json"
EXPANDED_JSON_LD = f'{JSON_LD};profile="http://www.w3.org/ns/json-ld#expanded"'
"""JSON-LD without a context, for who asks by profile (JSON-LD 1.1, appendix C)."""


DATASET_MEDIA_TYPES = ("application/trig", "application/n-quads")
"""Of documents that hold named graphs."""

MULTIPART = "multipart/form-data"
"""A form whose parts are documents, all of which go into one graph."""

UPLOAD_MEDIA_TYPES = tuple(form for form in GRAPH_MEDIA_TYPES if form not in DATASET_MEDIA_TYPES)
"""Of documents that hold one graph."""


def media_types_of(form: str) -> tuple[str, ...]:
    """Return the media types that answer a query of this form."""
    return GRAPH_MEDIA_TYPES if form in ("CONSTRUCT", "DESCRIBE") else RESULT_MEDIA_TYPES
