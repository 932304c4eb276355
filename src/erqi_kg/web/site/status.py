"""`/status`, `/releases` and `/problems`: what this service is at the moment, and how it fails."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from erqi_kg import errors
from erqi_kg.errors import RequestError, ServiceError
from erqi_kg.settings import variable_name
from erqi_kg.web.history.steps import steps
from erqi_kg.web.http.negotiation import HTML
from erqi_kg.web.http.operations import answers
from erqi_kg.web.service import service
from erqi_kg.web.showing.language import message
from erqi_kg.web.showing.pages import language, page
from erqi_kg.web.showing.problems import problem_type
from erqi_kg.web.site.gates import shown_gate

blueprint = Blueprint("status", __name__)

_SHOWN_SETTINGS = (
    *("workers", "threads", "executors", "spare_executors", "queue", "queue_wait_s"),
    *("query_timeout_s", "query_memory_mb", "query_nesting", "query_chain", "max_query_bytes"),
    *("max_answer_mb", "resident_mb"),
)


@blueprint.get("/status")
@answers(HTML, has_tag=False)
def status() -> Response:
    """Show the release, its gates, the limits, and what the engine does now."""
    settings = service().settings
    limits = [
        (variable_name(name), getattr(settings, name), message(f"limit.{name}", language()))
        for name in _SHOWN_SETTINGS
    ]
    body = render_template(
        "status.html",
        manifest=service().release.manifest,
        gates=[shown_gate(gate, language()) for gate in service().release.manifest.gates],
        limits=limits,
        engine=service().engine.status(),
    )
    response = Response(body, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/releases")
@answers(HTML)
def releases() -> Response:
    """List the releases that can be asked, the newest first."""
    return page("releases.html", steps=steps())


@blueprint.get("/problems")
@answers(HTML)
def problems() -> Response:
    """Tell what each type of problem means."""
    kinds = [
        (problem_type(kind.title), kind.title, kind.status, (kind.__doc__ or "").splitlines()[0])
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, RequestError | ServiceError)
    ]
    unique = {anchor: (anchor, *rest) for anchor, *rest in kinds}
    return page("problems.html", kinds=sorted(unique.values(), key=lambda kind: (kind[2], kind[1])))
