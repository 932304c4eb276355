"""Whatever a client sends, the answer is one of those it was promised."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote_from_bytes

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from erqi_kg.errors import NotAcceptable
from erqi_kg.web.http.formats import offers_of
from erqi_kg.web.http.negotiation import preferred_media_type

quick = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WORDS = ["SELECT", "ASK", "CONSTRUCT", "WHERE", "{", "}", "(", ")", "?s", "?p", "<urn:a>", "*", ".",
         '"a"', "'''", "#", "\n", "FILTER", "COUNT", "GROUP BY", "LIMIT", "1", "\\", "二七", "\0",
         "GRAPH", "SERVICE", "INSERT DATA", "UNION", "OPTIONAL", "VALUES", "erqi:x", "@en", "^^",
         "FROM", "BASE", "PREFIX", "<<", ">>", "/", "|", "!", "NOW()", "STR("]  # fmt: skip
near_queries = st.lists(st.sampled_from(WORDS), max_size=25).map(lambda words: " ".join(words))
media_ranges = st.sampled_from(
    ["*/*", "text/*", "application/*", "text/html", "text/csv", "application/json", "text/turtle",
     "application/sparql-results+json", "image/png", "*", "a", "text/", "/", ""]
)  # fmt: skip
qualities = st.sampled_from(["", ";q=1", ";q=0", ";q=0.5", ";q=0.001", ";q=x", ";q=2", ";level=1"])
accepts = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60),
    st.lists(st.tuples(media_ranges, qualities).map("".join), max_size=6).map(", ".join),
)


@quick
@given(query=st.one_of(st.binary(max_size=200), near_queries.map(str.encode)))
@pytest.mark.parametrize("how", ["GET", "raw GET", "form", "query"])
def test_any_bytes_as_a_query_are_answered_as_promised(
    client: FlaskClient, how: str, query: bytes
) -> None:
    if how == "GET":
        answer = client.get("/sparql", query_string="query=" + quote_from_bytes(query))
    elif how == "raw GET":
        answer = client.get("/sparql", query_string="query=" + query.decode("latin-1"))
    elif how == "form":
        answer = client.post(
            "/sparql", data=b"query=" + query, content_type="application/x-www-form-urlencoded"
        )
    else:
        answer = client.post("/sparql", data=query, content_type="application/sparql-query")
    assert answer.status_code in (200, 400, 403, 413, 503), answer.text


FORMS = {
    "a plus for a space": ("query=ASK+%7B%7D", 200),
    "a plus that is one": ("query=ASK%7BFILTER(1%2B1=2)%7D", 200),
    "decoded once": ("query=ASK%7BFILTER('%2541'%3D'%2541')%7D", 200),
    "line ends": ("query=ASK%0D%0A%7B%0D%0A%7D%0D%0A", 200),
    "invalid UTF-8": ("query=ASK%7B%3Fs%20%3Fp%20'%FF'%7D", 400),
    "a lone surrogate": ("query=ASK%7B%3Fs%20%3Fp%20'%ED%A0%80'%7D", 400),
    "NUL": ("query=ASK%00%7B%7D", 400),
    "a broken escape": ("query=ASK%7B%7D%2", 400),
    "very long": ("query=ASK%7B%7D" + "%20" * 30_000, 413),
    "deeply nested": ("query=ASK" + "%7B" * 5000 + "%7D" * 5000, 400),
    "a long chain": ("query=ASK%7BFILTER(" + "1%2B" * 6000 + "1)%7D", 400),
}


@pytest.mark.parametrize(("form", "status"), FORMS.values(), ids=FORMS)
def test_a_form_is_decoded_once_and_refused_where_it_is_wrong(
    client: FlaskClient, form: str, status: int
) -> None:
    answer = client.post(
        "/sparql", data=form, content_type="application/x-www-form-urlencoded",
        headers={"Accept": "application/sparql-results+json"},
    )  # fmt: skip
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.get_json()["boolean"] is True


@quick
@given(accept=accepts)
def test_any_accept_header_is_answered_right_or_406(client: FlaskClient, accept: str) -> None:
    answer = client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Accept": accept})
    assert answer.status_code in (200, 406)
    if answer.status_code == 200:
        media_type = answer.headers["Content-Type"].partition(";")[0]
        names = {name.partition(";")[0].strip().lower() for name, _ in
                 parse_accept_header(accept, MIMEAccept)}  # fmt: skip
        kind = media_type.partition("/")[0]
        assert not names or names & {media_type, f"{kind}/*", "*/*", "*"}


@quick
@given(accept=accepts)
def test_what_is_preferred_was_offered(accept: str) -> None:
    parsed = parse_accept_header(accept, MIMEAccept)
    offers = list(offers_of(graph=True))
    with suppress(NotAcceptable):
        assert preferred_media_type(parsed, offers) in offers


@quick
@given(path=st.text(max_size=40), accept=st.sampled_from(["*/*", "text/html"]))
@pytest.mark.parametrize(
    "start", ["/", "/id/", "/doc/", "/graph/", "/def/", "/queries/", "/sources/"]
)
def test_any_path_is_answered_without_a_mistake(
    client: FlaskClient, start: str, path: str, accept: str
) -> None:
    answer = client.get(
        start + quote_from_bytes(path.lstrip("/").encode("utf-8", "surrogatepass")),
        headers={"Accept": accept},
    )
    assert answer.status_code < 500


@quick
@given(words=st.text(max_size=30))
def test_any_words_can_be_searched(client: FlaskClient, words: str) -> None:
    answer = client.get(
        "/search", query_string={"q": words.encode("utf-8", "replace").decode()},
        headers={"Accept": "text/html"},
    )  # fmt: skip
    assert answer.status_code == 200
