"""What a remote engine cannot give; each is answered 501 and told on the status page."""

from __future__ import annotations

from collections.abc import Mapping

NOT_OFFERED: Mapping[str, str] = {
    "releases": "/releases, /changes, ?release=, /timemap: a remote engine has its last state only",
    "citations": "/cite: what was answered cannot be asked again",
    "service": "SERVICE is refused, whatever ERQI_SERVICE_ALLOW says",
    "commits": "/commits, undo: nobody keeps what changed",
    "conditions": "If-Match and If-None-Match of writes: nothing holds a graph still meanwhile",
    "validators": "ETag and Last-Modified: the data may change unseen; answers are no-store",
    "memory": "ERQI_QUERY_MEMORY_MB, the executors, workspace limits: they are of the remote's own",
    "datasets": "TriG, N-Quads and JSON-LD as uploads, several documents in one form",
    "whole-store": "/store without a graph: take /dump.nq.gz",
}
"""What is not offered, and why or what instead."""
