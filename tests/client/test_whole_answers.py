"""What is not whole, or not what was asked for, is an error and never a shorter answer."""

from __future__ import annotations

import pytest

from erqi_kg.client import Graph
from erqi_kg.client.values import XSD
from erqi_kg.errors import RemoteFailed, RemoteUnavailable
from tests.client.canned import answer, canned, solutions

ASK = "ASK {}"
YES = '{"head":{},"boolean":true}'
TRIPLE = "<urn:s> <urn:p> <urn:o> .\n"
NT = "application/n-triples"
CUT_XML = (
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<r:Description r:about="urn:s"><p xmlns="urn:">1</p></r:Description>'
)


def cut(whole: bytes, bytes_off: int) -> bytes:
    return whole[:-bytes_off]


def chunked(*chunks: bytes, ended: bool) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head + b"Content-Type: application/n-triples\r\n\r\n" + body + b"0\r\n\r\n" * ended


def test_a_whole_answer_is_read() -> None:
    with canned(answer(YES)) as server:
        assert Graph(server.url).ask(ASK) is True


@pytest.mark.parametrize(
    "sent",
    [
        cut(answer(YES), 1),
        cut(answer(YES), len(YES)),
        answer(YES[:-1]),
        answer("[]"),
        answer('{"boolean": 1}'),
        answer(YES, "text/html"),
        answer("<html>signed out</html>"),
        answer("\x1f\x8b", Content_Encoding="gzip"),
        answer(YES, status="206 Partial Content"),
        answer(YES, X_SQL_State="S1TAT"),
        answer("", status="204 No Content"),
        answer("[" * 100_000),
    ],
    ids=[
        "short",
        "empty",
        "unclosed",
        "list",
        "number",
        "html",
        "lying",
        "coded",
        "partial",
        "ended",
        "nothing",
        "deep",
    ],
)
def test_an_answer_that_is_not_whole_is_an_error(sent: bytes) -> None:
    with canned(sent) as server, pytest.raises(RemoteFailed):
        Graph(server.url).ask(ASK)


@pytest.mark.parametrize(
    "sent",
    [
        cut(answer(TRIPLE * 2, NT), len(TRIPLE)),
        chunked(TRIPLE.encode(), ended=False),
        cut(chunked(TRIPLE.encode(), TRIPLE.encode(), ended=False), 3),
        answer(TRIPLE, NT).replace(b"Content-Length", b"X-Length"),
        answer("<urn:s> <urn:p>", NT),
        answer("<urn:s> <urn:p>", "text/turtle"),
        answer("<rdf:RDF", "application/rdf+xml"),
        answer(CUT_XML, "application/rdf+xml").replace(b"Content-Length", b"X-Length"),
        answer(TRIPLE, "text/html"),
    ],
    ids=["length", "chunk", "inside", "untold", "broken", "turtle", "xml", "xml untold", "html"],
)
def test_triples_that_are_not_whole_are_an_error(sent: bytes) -> None:
    with canned(sent) as server, pytest.raises(RemoteFailed):
        Graph(server.url).construct("CONSTRUCT WHERE { ?s ?p ?o }")


@pytest.mark.parametrize(
    "sent",
    [
        answer(TRIPLE, NT),
        answer(TRIPLE, "text/turtle;charset=utf-8"),
        chunked(TRIPLE.encode(), ended=True),
    ],
)
def test_whole_triples_are_read(sent: bytes) -> None:
    with canned(sent) as server:
        assert len(Graph(server.url).construct("CONSTRUCT WHERE { ?s ?p ?o }")) == 1


def test_triples_without_a_length_are_asked_for_with_an_end() -> None:
    document = '[{"@id": "urn:s", "urn:p": [{"@value": "二七"}]}]'
    untold = answer(TRIPLE, NT).replace(b"Content-Length", b"X-Length")
    closed = answer(document, "application/ld+json").replace(b"Content-Length", b"X-Length")
    with canned(untold, closed) as server:
        assert len(Graph(server.url).construct("CONSTRUCT WHERE { ?s ?p ?o }")) == 1
    for less in range(1, len(document.encode())):
        with canned(untold, cut(closed, less)) as server, pytest.raises(RemoteFailed):
            Graph(server.url).construct("CONSTRUCT WHERE { ?s ?p ?o }")


@pytest.mark.parametrize(("value", "said"), [("1", True), ("0", False)])
def test_virtuoso_says_in_a_solution_what_is_true(value: str, said: bool) -> None:
    term = {"type": "typed-literal", "datatype": f"{XSD}integer", "value": value}
    with canned(answer(solutions({"__ASK_RETVAL": term}, names=("__ASK_RETVAL",)))) as server:
        assert Graph(server.url).ask(ASK) is said


def test_solutions_are_no_truth_value() -> None:
    with canned(answer(solutions({}))) as server, pytest.raises(RemoteFailed, match="ASK query"):
        Graph(server.url).ask(ASK)


@pytest.mark.parametrize(("most", "is_whole"), [("1", False), ("2", True), ("", True)])
def test_as_many_as_a_server_gives_at_most_may_not_be_all(most: str, is_whole: bool) -> None:
    with canned(answer(TRIPLE, NT, X_SPARQL_MaxRows=most)) as server:
        graph = Graph(server.url)
        if is_whole:
            assert len(graph.construct("CONSTRUCT WHERE { ?s ?p ?o }")) == 1
        else:
            with pytest.raises(RemoteFailed, match="at most 1 rows"):
                graph.construct("CONSTRUCT WHERE { ?s ?p ?o }")


def test_an_answer_longer_than_is_wanted_is_an_error() -> None:
    with canned(answer(solutions())) as server, pytest.raises(RemoteFailed, match="20 bytes"):
        Graph(server.url, most_bytes=20).ask(ASK)


def test_the_time_counts_for_the_whole_answer() -> None:
    with (
        canned(answer(YES), pause_s=1.5) as server,
        pytest.raises(RemoteUnavailable, match="too slow"),
    ):
        Graph(server.url, timeout_s=0.2).ask(ASK)


def test_who_is_not_there_is_named() -> None:
    with canned(answer(YES)) as server:
        pass
    with pytest.raises(RemoteUnavailable, match=server.url):
        Graph(server.url).ask(ASK)
