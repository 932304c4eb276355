"""The application of the peer `bare`: `granian --interface wsgi bench.bare:app`.

A Flask view hands each query to a process forked beside it, which holds the store in memory and
answers in JSON. No scan, deadline, limit of memory, negotiation, cache or tag; an error ends it.
"""

from __future__ import annotations

import os
import socket
import struct
import threading

import pyoxigraph as ox
from flask import Flask, Response, request

DATA = "BARE_DATA"
"""The environment variable that says which N-Triples are loaded."""
_LENGTH = struct.Struct("!I")


def _forked(path: str) -> socket.socket:
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        store = ox.Store()
        store.bulk_load(path=path, format=ox.RdfFormat.N_TRIPLES)
        while length := theirs.recv(_LENGTH.size, socket.MSG_WAITALL):
            text = theirs.recv(*_LENGTH.unpack(length), socket.MSG_WAITALL).decode()
            results = store.query(text)
            body = results.serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
            theirs.sendall(_LENGTH.pack(len(body or b"")) + (body or b""))
        os._exit(0)
    theirs.close()
    return ours


def _application(path: str) -> Flask:
    executor, lock = _forked(path), threading.Lock()
    application = Flask(__name__)

    @application.get("/sparql")
    def answer() -> Response:
        text = request.args["query"].encode()
        with lock:
            executor.sendall(_LENGTH.pack(len(text)) + text)
            length = _LENGTH.unpack(executor.recv(_LENGTH.size, socket.MSG_WAITALL))
            body = executor.recv(*length, socket.MSG_WAITALL)
        return Response(body, content_type="application/sparql-results+json")

    return application


if DATA in os.environ:
    app = _application(os.environ[DATA])
