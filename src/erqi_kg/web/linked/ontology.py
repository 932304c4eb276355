"""`/def`: the ontology, for people by module and term, for programs as RDF."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from erqi_kg.errors import NotFound
from erqi_kg.namespaces import ID_PATTERN
from erqi_kg.storedir import ONTOLOGY
from erqi_kg.web.http.conditional import entity_tag, is_fresh, not_modified, with_validators
from erqi_kg.web.http.formats import EXTENSIONS, GRAPH_ALIASES
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import DOCUMENT_OFFERS, answers
from erqi_kg.web.linked.classdiagram import class_diagram
from erqi_kg.web.linked.offers import release_file
from erqi_kg.web.linked.termlist import OntologyTerm, modules_of, terms_from
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import answer_of, ask
from erqi_kg.web.showing.pages import display, fresh_page, link_header, page
from erqi_kg.web.showing.terms import iri_text, iris_in
from erqi_kg.web.sparql.endpoint import whole_response

blueprint = Blueprint("ontology", __name__)


@blueprint.get("/def")
@answers(*DOCUMENT_OFFERS)
def ontology() -> Response:
    """Return the ontology, negotiated; its terms are hash IRIs, so the answer is 200."""
    return _answer(preferred_media_type(request.accept_mimetypes, DOCUMENT_OFFERS))


@blueprint.get("/def.<extension>")
@answers(*DOCUMENT_OFFERS)
def ontology_in(extension: str) -> Response:
    """Return the ontology in one format."""
    if extension not in EXTENSIONS:
        raise NotFound(f"There is no .{extension} here; there is {', '.join(EXTENSIONS)}.")
    return _answer(EXTENSIONS[extension])


@blueprint.get("/def/<version>")
@answers(*DOCUMENT_OFFERS)
def ontology_version(version: str) -> Response:
    """Return a version of the ontology; this release holds one."""
    held = service().release.manifest.version
    if version != held:
        raise NotFound(f"This release holds version {held} of the ontology, not {version!r}.")
    return ontology()


@blueprint.get("/def/shapes/<name>.ttl")
@answers("text/turtle")
def shapes(name: str) -> Response:
    """Return the SHACL shapes of one module."""
    if not ID_PATTERN.fullmatch(name):
        raise NotFound("There are no such shapes.")
    return release_file(f"{ONTOLOGY}/shapes/{name}.ttl", "text/turtle")


def _answer(media_type: str) -> Response:
    response = _page() if media_type == HTML else _triples(media_type)
    names = service().names
    response.headers["Link"] = link_header(
        [
            (names.ontology, 'rel="canonical"'),
            *(
                (f"/def.{extension}", f'rel="alternate"; type="{other}"')
                for extension, other in EXTENSIONS.items()
            ),
        ]
    )
    return response


def _triples(media_type: str) -> Response:
    release = service().release
    tag = entity_tag(release.id, "def", media_type)
    if is_fresh(request, tag):
        return not_modified(tag, release)
    graph = service().names.graph("ontology")
    engine_type = GRAPH_ALIASES.get(media_type, media_type)
    answer = answer_of("graph", {"graph": iri_text(graph)}, engine_type)
    return with_validators(whole_response(answer, media_type), tag, release)


def _page() -> Response:
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    release, shown = service().release, display()
    solutions = ask("ontology")
    uses = list(ask("ontology-uses"))
    counts = {found["term"].value: int(found["count"].value) for found in uses}
    examples = {found["term"].value: found["example"].value for found in uses}
    terms = terms_from(solutions, shown.names.terms, counts)
    modules = modules_of(release.path / ONTOLOGY, terms)
    shown.learn({*iris_in(solutions), *examples.values()})
    return page(
        "ontology.html",
        modules=modules,
        diagram=class_diagram((term for module in modules for term in module.terms), shown),
        examples=examples,
        term_count=len(terms),
        display=shown,
        manifest=release.manifest,
        uses_href=uses_href,
        shapes=sorted(path.stem for path in (release.path / ONTOLOGY / "shapes").glob("*.ttl")),
    )


def uses_href(term: OntologyTerm) -> str:
    """Return the address of a query for uses of a term."""
    pattern = f"?thing a <{term.node.iri}>" if term.is_class else f"?thing <{term.node.iri}> ?value"
    return "/sparql?" + urlencode({"query": f"SELECT * WHERE {{ {pattern} }} LIMIT 100"})
