"""A part of a document is not taken for the whole."""

from __future__ import annotations

import pytest

from erqi_kg.engine.uploads import parsed
from erqi_kg.errors import MalformedData
from erqi_kg.sparql.updates import DEFAULT_GRAPH

DOCUMENTS = {
    "application/rdf+xml": (
        '<?xml version="1.0"?>\n<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        '  xmlns:u="urn:"><r:Description r:about="urn:s"><u:p>二七区</u:p></r:Description>\n'
        '<r:Description r:about="urn:t"><u:p r:resource="urn:o"/></r:Description></r:RDF>'
    ),
    "application/ld+json": '[{"@id": "urn:s", "urn:p": ["二七区", {"@id": "urn:o"}]}]',
}


@pytest.mark.parametrize("media_type", DOCUMENTS)
def test_a_document_cut_anywhere_is_refused(media_type: str) -> None:
    whole = DOCUMENTS[media_type].encode()
    assert len(list(parsed(whole, media_type, "urn:base:", into=DEFAULT_GRAPH))) == 2
    for length in range(1, len(whole)):
        with pytest.raises(MalformedData) as caught:
            list(parsed(whole[:length], media_type, "urn:base:", into=DEFAULT_GRAPH))
        assert caught.value.line is not None


def test_the_place_of_a_missing_tag_is_said() -> None:
    cut = DOCUMENTS["application/rdf+xml"].removesuffix("</r:RDF>").encode()
    with pytest.raises(MalformedData, match="no element found") as caught:
        list(parsed(cut, "application/rdf+xml", "urn:base:", into=DEFAULT_GRAPH))
    assert (caught.value.line, caught.value.column) == (4, 73)
