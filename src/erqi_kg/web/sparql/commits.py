"""`/commits`: what clients changed since the release was built, and how to take it back."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from erqi_kg.commitlog import Record, read_log
from erqi_kg.engine.interface import ChangeRequest
from erqi_kg.errors import NotFound
from erqi_kg.storedir import release_id
from erqi_kg.web.http.conditional import entity_tag, with_validators
from erqi_kg.web.http.operations import answers
from erqi_kg.web.service import service
from erqi_kg.web.sparql.tokens import check_may_write
from erqi_kg.web.sparql.update import committed_response

blueprint = Blueprint("commits", __name__)

PATCH = "application/rdf-patch"
_MOST_LISTED = 1000


@blueprint.get("/commits")
@answers("application/json")
def commits() -> Response:
    """List the last commits of the served release, the newest first."""
    release = service().release
    listed = [
        {
            "commit": record.commit,
            "release": release_id(release.manifest.release, record.commit),
            "at": record.at,
            "added": record.added_count,
            "removed": record.removed_count,
            "graphs": sorted({*record.counts, *record.created, *record.dropped}),
            "folded": record.is_folded,
        }
        for record, _ in read_log(release.path)
        if record.commit <= release.commit
    ]
    body = json.dumps(listed[: -_MOST_LISTED - 1 : -1], ensure_ascii=False, indent=1) + "\n"
    return _fresh(Response(body, mimetype="application/json"))


@blueprint.get("/commits/<int:commit>")
@answers(PATCH)
def commit(commit: int) -> Response:
    """Return what one commit removed and added, as RDF Patch."""
    record = _record(commit)
    lines = [b"TX .\n"]
    lines += [b"D " + line for line in record.removed.splitlines(keepends=True)]
    lines += [b"A " + line for line in record.added.splitlines(keepends=True)]
    lines.append(b"TC .\n")
    return _fresh(Response(b"".join(lines), content_type=PATCH))


@blueprint.post("/commits/<int:commit>/undo")
@answers("application/json", method="POST", is_write=True)
def undo(commit: int) -> Response:
    """Take a commit back, as far as later ones left what it did."""
    check_may_write(request, service().settings)
    return committed_response(service().engine.change(ChangeRequest("undo", commit=commit)))


def _record(commit: int) -> Record:
    for record, _ in read_log(service().release.path):
        if record.commit == commit:
            return record
    raise NotFound(f"There is no commit {commit} in the log; it may have been folded.")


def _fresh(response: Response) -> Response:
    release = service().release
    return with_validators(response, entity_tag(release.id, request.path), release)
