from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bench.answers import solutions_of
from bench.driver import ServerError, drive, fetch, numbering


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/wrong"):
            self.send_error(503)
            return
        self.send_response(200)
        if self.path.startswith("/chunked"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
            return
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"abcde")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("target", ["/plain", "/chunked"])
def test_bodies_are_read_by_length_and_in_chunks(port: int, target: str):
    assert fetch(port, target) == b"abcde"


def test_an_error_status_is_an_error(port: int):
    with pytest.raises(ServerError, match="503"):
        fetch(port, "/wrong")


def test_a_load_counts_requests_bytes_and_time(port: int):
    found = drive(port, lambda n: ["/plain", "/chunked"], numbering(), seconds=0.2, clients=2)
    assert found.errors == []
    assert found.received_bytes == 10 * len(found.latencies_s) > 0
    assert found.rate == pytest.approx(len(found.latencies_s) / found.seconds)


def test_a_load_ends_at_the_first_error(port: int):
    found = drive(port, lambda n: ["/wrong"], numbering(), seconds=5, clients=2)
    assert found.errors
    assert found.seconds < 2


def test_answers_are_equal_however_numbers_are_written():
    xsd = "http://www.w3.org/2001/XMLSchema#"
    bodies = [
        f'{{"results":{{"bindings":[{{"n":{{"type":"literal","value":"{value}",'
        f'"datatype":"{xsd}{datatype}"}}}}]}}}}'.encode()
        for value, datatype in (("28280000000", "decimal"), ("28280000000.0", "integer"))
    ]
    assert solutions_of(bodies[0]) == solutions_of(bodies[1])
