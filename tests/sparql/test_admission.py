from __future__ import annotations

import pytest

from erqi_kg.errors import BadRequest, Forbidden, MalformedQuery, NotAcceptable, RequestError
from erqi_kg.sparql.admission import admit_query

JSON = "application/sparql-results+json"


def refused(text: str, media_type: str = JSON) -> RequestError:
    with pytest.raises(RequestError) as caught:
        admit_query(text, media_type, deepest=20, longest=100)
    return caught.value


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("SELECT * { SERVICE <http://x/> {} }", Forbidden, "SERVICE is refused"),
        ("LOAD <http://x/>", Forbidden, "LOAD is refused"),
        ("INSERT DATA { } ; LOAD <http://x/>", Forbidden, "LOAD is refused"),
        ("INSERT DATA { <a:a> <a:b> 1 }", BadRequest, "/update"),
        ("ASK " + "{" * 21 + "}" * 21, MalformedQuery, "at most 20"),
        ("ASK { ?s foaf:name ?o }", MalformedQuery, "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
    ],
)
def test_what_is_refused_says_what_to_do(text: str, error: type[RequestError], words: str) -> None:
    caught = refused(text)
    assert type(caught) is error
    assert words in caught.detail


def test_a_refusal_says_where() -> None:
    assert refused("ASK {\n SERVICE <http://x/> {} }").extra == {"line": 2, "column": 2}
    assert refused("ASK {\n ?s ex:p ?o }").extra == {"line": 2, "column": 5}


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("SELECT * {}", "text/turtle"),
        ("ASK {}", "application/ld+json"),
        ("CONSTRUCT WHERE {}", "text/csv"),
        ("DESCRIBE <a:a>", JSON),
    ],
)
def test_a_media_type_must_fit_the_form(text: str, media_type: str) -> None:
    assert isinstance(refused(text, media_type), NotAcceptable)


def test_a_query_is_admitted_with_its_scan() -> None:
    assert admit_query("ASK {}", JSON, deepest=20, longest=100).form == "ASK"
