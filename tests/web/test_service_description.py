"""Each statement of the service description is exercised: on a read-only service, one that may
be written, one with workspace graphs, and in plain mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from erqi_kg.build.plain import publish_empty
from erqi_kg.engine import start_engine
from erqi_kg.namespaces import PREFIXES
from erqi_kg.settings import Settings
from erqi_kg.sparql.extensions import EXTENSION_FUNCTIONS, GEOSPARQL
from erqi_kg.web.app import create_app
from erqi_kg.web.sparql.statements import FORMATS, SD
from tests.releases import make_release
from tests.web.conftest import WholeClient

HOST = "http://localhost"
TOKEN = "s3cret"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
SPACE = "https://w3id.org/erqi/graph/workspace/"
A, B = ("https://w3id.org/erqi/graph/reference/" + name for name in "ab")
QUADS = f'<urn:s> <urn:p> "1" <{A}> .\n<urn:s> <urn:p> "1" <{B}> .\n<urn:s> <urn:p> "2" <{B}> .\n'
RDF, RDFS, VOID, XSD = (PREFIXES[name] for name in ("rdf", "rdfs", "void", "xsd"))
GEO = "http://www.opengis.net/ont/geosparql#"
RESULTS = {"SPARQL_Results_JSON": "application/sparql-results+json",
           "SPARQL_Results_XML": "application/sparql-results+xml",
           "SPARQL_Results_CSV": "text/csv",
           "SPARQL_Results_TSV": "text/tab-separated-values"}  # fmt: skip
GRAPHS = {"Turtle": "text/turtle", "N-Triples": "application/n-triples",
          "JSON-LD": "application/ld+json", "RDF_XML": "application/rdf+xml",
          "TriG": "application/trig", "N-Quads": "application/n-quads"}  # fmt: skip


@dataclass(frozen=True)
class Described:
    """A service and its description."""

    client: FlaskClient
    store: ox.Store

    def values(self, subject: str | None, predicate: str) -> list[str]:
        node = ox.NamedNode(subject) if subject else None
        found = self.store.quads_for_pattern(node, ox.NamedNode(predicate), None)
        return sorted(quad.object.value for quad in found)

    def ask(self, text: str, **parameters: object) -> bool:
        answer = self.client.get(
            "/sparql", query_string={"query": text, "format": "json", **parameters}
        )
        assert answer.status_code == 200, answer.text
        return bool(answer.get_json(force=True)["boolean"])

    def count(self, pattern: str, **parameters: object) -> int:
        text = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        answer = self.client.get(
            "/sparql", query_string={"query": text, "format": "csv", **parameters}
        )
        return int(answer.text.split()[1])


def described(settings: Settings, *updates: str) -> Iterator[Described]:
    with start_engine(settings) as engine:
        app = create_app(settings, engine)
        app.test_client_class = WholeClient
        client = app.test_client()
        for text in updates:
            done = client.post("/update", headers=BEARER, data={"update": text})
            assert done.status_code == 200, done.text
        store = ox.Store()
        store.load(client.get("/sparql").data, format=ox.RdfFormat.TURTLE)
        yield Described(client, store)


KINDS = ["read-only", "writable", "written", "plain"]


@pytest.fixture(scope="module", params=KINDS)
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Described]:
    path: Path = tmp_path_factory.mktemp(request.param)
    token = None if request.param == "read-only" else TOKEN
    settings = Settings(store_dir=path, update_token=token, plain=request.param == "plain")
    if settings.plain:
        publish_empty(settings)
        text = "INSERT DATA { <urn:a> <urn:p> 1 , 2 . GRAPH <urn:g> { <urn:b> <urn:p> 1 } }"
        yield from described(settings, text, "CREATE GRAPH <urn:empty>")
        return
    make_release(path, QUADS, is_described=True)
    written = f"INSERT DATA {{ GRAPH <{SPACE}n> {{ <urn:w> <urn:p> 1 }} }}"
    updates = [written, f"CREATE GRAPH <{SPACE}e>"] if request.param == "written" else []
    yield from described(settings, *updates)


def geometry(text: str) -> str:
    return f'"{text}"^^<{GEO}wktLiteral>'


def polygon(west: int, south: int, east: int, north: int) -> str:
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return geometry(f"POLYGON(({','.join(f'{x} {y}' for x, y in corners)}))")


WHOLE, INSIDE, CORNER, BESIDE, ACROSS, FAR = (
    polygon(0, 0, 4, 4), polygon(1, 1, 2, 2), polygon(0, 0, 2, 2),
    polygon(4, 0, 8, 4), polygon(2, 2, 6, 6), polygon(20, 20, 21, 21),
)  # fmt: skip
LINE = geometry("LINESTRING(-1 2,5 2)")
UNIT = "<http://www.opengis.net/def/uom/OGC/1.0/metre>"
SQUARE = "<http://www.opengis.net/def/uom/OGC/1.0/square_metre>"
RELATIONS = {
    "sfEquals": (WHOLE, WHOLE), "sfDisjoint": (WHOLE, FAR), "sfIntersects": (WHOLE, ACROSS),
    "sfTouches": (WHOLE, BESIDE), "sfCrosses": (LINE, WHOLE), "sfWithin": (INSIDE, WHOLE),
    "sfContains": (WHOLE, INSIDE), "sfOverlaps": (WHOLE, ACROSS),
    "ehEquals": (WHOLE, WHOLE), "ehDisjoint": (WHOLE, FAR), "ehMeet": (WHOLE, BESIDE),
    "ehOverlap": (WHOLE, ACROSS), "ehCovers": (WHOLE, CORNER), "ehCoveredBy": (CORNER, WHOLE),
    "ehInside": (INSIDE, WHOLE), "ehContains": (WHOLE, INSIDE),
    "rcc8eq": (WHOLE, WHOLE), "rcc8dc": (WHOLE, FAR), "rcc8ec": (WHOLE, BESIDE),
    "rcc8po": (WHOLE, ACROSS), "rcc8tppi": (WHOLE, CORNER), "rcc8tpp": (CORNER, WHOLE),
    "rcc8ntpp": (INSIDE, WHOLE), "rcc8ntppi": (WHOLE, INSIDE),
}  # fmt: skip


def holds(call: str, test: str = "?x") -> str:
    return f"ASK {{ BIND({call} AS ?x) FILTER({test}) }}"


def geo(name: str, *arguments: str) -> str:
    return f"<{GEOSPARQL}{name}>({', '.join(arguments)})"


def sized(geometry_call: str, square_degrees: int) -> str:
    """Whether a geometry is as large as so many squares of one degree, within 2 %."""
    one = geo("area", polygon(0, 0, 1, 1), SQUARE)
    ratio = f"{geo('area', geometry_call, SQUARE)} / {one}"
    return holds(ratio, f"ABS(?x - {square_degrees}) < 0.02 * {square_degrees}")


CALLS = {
    **{XSD + name: holds(f'<{XSD}{name}>("{text}")', f'?x = "{text}"^^<{XSD}{name}>')
       for name, text in {
           "date": "2018-10-01", "time": "10:00:00", "duration": "P1Y2M",
           "dayTimeDuration": "P1DT2H", "yearMonthDuration": "P1Y2M", "gYear": "2018",
           "gYearMonth": "2018-10", "gMonth": "--10", "gMonthDay": "--10-01", "gDay": "---01",
       }.items()},
    **{GEOSPARQL + name: holds(geo(name, *pair)) for name, pair in RELATIONS.items()},
    **{GEOSPARQL + name: text for name, text in {
        "asGeoJSON": holds(geo("asGeoJSON", LINE), 'CONTAINS(STR(?x), "LineString")'),
        "getSRID": holds(geo("getSRID", LINE), 'CONTAINS(STR(?x), "CRS84")'),
        "coordinateDimension": holds(geo("coordinateDimension", LINE), "?x = 2"),
        "dimension": holds(geo("dimension", LINE), "?x = 1"),
        "spatialDimension": holds(geo("spatialDimension", WHOLE), "?x = 2"),
        "isEmpty": holds(geo("isEmpty", LINE), "?x = false"),
        "isSimple": holds(geo("isSimple", LINE)),
        "area": holds(geo("area", polygon(0, 0, 1, 1), SQUARE), "ABS(?x - 1.23e10) < 1e8"),
        "length": holds(geo("length", geometry("LINESTRING(0 0,0 1)"), UNIT),
                        "ABS(?x - 110574) < 1000"),
        "perimeter": holds(geo("perimeter", polygon(0, 0, 1, 1), UNIT), "ABS(?x - 443770) < 4000"),
        "distance": holds(geo("distance", geometry("POINT(0 0)"), geometry("POINT(0 1)"), UNIT),
                          "ABS(?x - 111195) < 1000"),
        "centroid": holds(geo("centroid", WHOLE), 'CONTAINS(STR(?x), "POINT(2 2)")'),
        "convexHull": sized(geo("convexHull", WHOLE), 16),
        "envelope": sized(geo("envelope", WHOLE), 16),
        "union": sized(geo("union", WHOLE, ACROSS), 28),
        "intersection": sized(geo("intersection", WHOLE, ACROSS), 4),
        "difference": sized(geo("difference", WHOLE, ACROSS), 12),
        "symDifference": sized(geo("symDifference", WHOLE, ACROSS), 24),
        "relate": holds(geo("relate", WHOLE, INSIDE, '"T*****FF*"')),
    }.items()},
}  # fmt: skip


def answers(service: Described, value: str) -> None:
    path = value.removeprefix(HOST)
    method, text = ("query", "ASK {}") if path == "/sparql" else ("update", "INSERT DATA {}")
    assert service.client.post(path, headers=BEARER, data={method: text}).status_code == 200


def language(service: Described, value: str) -> None:
    address = {SD + "SPARQL11Query": "/sparql", SD + "SPARQL11Update": "/update"}[value]
    assert HOST + address in service.values(None, SD + "endpoint")
    answers(service, HOST + address)


def result_format(service: Described, value: str) -> None:
    name = value.removeprefix(FORMATS)
    text = "ASK {}" if name in RESULTS else "CONSTRUCT { <urn:a> <urn:b> 1 } {}"
    media_type = RESULTS.get(name) or GRAPHS[name]
    answer = service.client.get(
        "/sparql", query_string={"query": text}, headers={"Accept": media_type}
    )
    assert (answer.status_code, answer.mimetype) == (200, media_type), answer.text
    if name in GRAPHS:
        form = ox.RdfFormat.from_media_type(media_type)
        assert len(list(ox.parse(answer.data, format=form))) == 1


def input_format(service: Described, value: str) -> None:
    media_type = GRAPHS[value.removeprefix(FORMATS)]
    graph = ox.NamedNode(f"{SPACE}input")
    form = ox.RdfFormat.from_media_type(media_type)
    triple = ox.Triple(ox.NamedNode("urn:二七"), ox.NamedNode("urn:p"), ox.Literal(media_type))
    holds_graphs = bool(form and form.supports_datasets) and value != FORMATS + "JSON-LD"
    body = ox.serialize([ox.Quad(*triple, graph) if holds_graphs else triple], format=form)
    address = "/store" if holds_graphs else f"/store?graph={graph.value}"
    sent = service.client.post(address, headers=BEARER | {"Content-Type": media_type}, data=body)
    assert sent.status_code in (200, 201, 204), sent.text
    assert service.ask(f'ASK {{ GRAPH <{graph.value}> {{ <urn:二七> <urn:p> "{media_type}" }} }}')
    service.client.delete(f"/store?graph={graph.value}", headers=BEARER)


def feature(service: Described, value: str) -> None:
    if value == SD + "UnionDefaultGraph":
        merged = service.count("SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
        assert service.count("?s ?p ?o") == merged > 0
        assert not service.ask("ASK { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } }")
    else:
        assert value == SD + "EmptyGraphs"
        graph = f"{SPACE}made"
        for text, there in ((f"CREATE GRAPH <{graph}>", True), (f"DROP GRAPH <{graph}>", False)):
            assert service.client.post(
                "/update", headers=BEARER, data={"update": text}
            ).status_code == 200  # fmt: skip
            assert service.ask(f"ASK {{ GRAPH <{graph}> {{}} }}") is there


def function(service: Described, value: str) -> None:
    assert service.ask(CALLS[value]), CALLS[value]


def entailment(service: Described, value: str) -> None:
    assert value == "http://www.w3.org/ns/entailment/Simple"
    # Under RDF entailment these axioms and this pattern would hold of any graph.
    assert not service.ask(f"ASK {{ <{RDF}type> a <{RDF}Property> }}")


def dataset(service: Described, value: str) -> None:
    """The graphs of the dataset are those that a query sees, each of its size."""
    (default,) = service.values(value, SD + "defaultGraph")
    assert service.values(default, VOID + "triples") == [str(service.count("?s ?p ?o"))]
    stated = {
        service.values(named, SD + "name")[0]:
        int(service.values(service.values(named, SD + "graph")[0], VOID + "triples")[0])
        for named in service.values(value, SD + "namedGraph")
    }  # fmt: skip
    answer = service.client.get(
        "/sparql",
        query_string={"query": "SELECT DISTINCT ?g { GRAPH ?g {} }", "format": "csv"},
    )
    assert set(stated) == set(answer.text.split()[1:])
    for name, triples in stated.items():
        assert service.count(f"GRAPH <{name}> {{ ?s ?p ?o }}") == triples


def available(service: Described, value: str) -> None:
    for named in service.values(value, SD + "namedGraph"):
        (name,) = service.values(named, SD + "name")
        size = service.count(f"GRAPH <{name}> {{ ?s ?p ?o }}")
        assert service.count("?s ?p ?o", **{"default-graph-uri": name}) == size


EXERCISES: dict[str, Callable[[Described, str], None]] = {
    SD + "endpoint": answers,
    SD + "supportedLanguage": language,
    SD + "resultFormat": result_format,
    SD + "inputFormat": input_format,
    SD + "feature": feature,
    SD + "extensionFunction": function,
    SD + "defaultEntailmentRegime": entailment,
    SD + "defaultDataset": dataset,
    SD + "availableGraphs": available,
}


def test_every_statement_about_a_service_is_true(service: Described) -> None:
    of_services = {
        (quad.predicate.value, quad.object.value)
        for node in service.values(None, SD + "endpoint")
        for quad in service.store.quads_for_pattern(ox.NamedNode(node), None, None)
        if quad.predicate.value != RDF + "type"
    }
    assert len(of_services) > 60
    for predicate, value in sorted(of_services):
        EXERCISES[predicate](service, value)


def test_everything_else_that_is_stated_is_about_the_dataset(service: Described) -> None:
    known = {RDF + "type", RDFS + "seeAlso", VOID + "triples", SD + "defaultGraph",
             SD + "namedGraph", SD + "name", SD + "graph"}  # fmt: skip
    assert {quad.predicate.value for quad in service.store} <= known | set(EXERCISES)
    for address in service.values(None, RDFS + "seeAlso"):
        assert service.client.get(address.removeprefix(HOST)).status_code == 200
    for function_iri in service.values(None, SD + "extensionFunction"):
        assert SD + "Function" in service.values(function_iri, RDF + "type")


def test_what_is_offered_is_stated(service: Described, request: pytest.FixtureRequest) -> None:
    kind = request.node.callspec.params["service"]
    stated = set(service.values(None, SD + "feature"))
    expected = {
        "read-only": {"UnionDefaultGraph"},
        "writable": {"UnionDefaultGraph", "EmptyGraphs"},
        "written": {"EmptyGraphs"},
        "plain": {"EmptyGraphs"},
    }[kind]
    assert stated == {SD + name for name in expected}
    languages = {"SPARQL11Query"} | ({"SPARQL11Update"} if kind != "read-only" else set())
    assert set(service.values(None, SD + "supportedLanguage")) == {SD + name for name in languages}
    assert set(service.values(None, SD + "extensionFunction")) == {*EXTENSION_FUNCTIONS} == {*CALLS}
    assert set(service.values(None, SD + "resultFormat")) == {
        FORMATS + name for name in (*RESULTS, *GRAPHS)
    }


def test_what_is_refused_is_not_stated(service: Described) -> None:
    query = {"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}
    assert service.client.get("/sparql", query_string=query).status_code == 403
    assert not service.values(None, SD + "propertyFeature")
    assert SD + "BasicFederatedQuery" not in service.values(None, SD + "feature")
    unknown = {"query": f"ASK {{ FILTER(<{GEOSPARQL}buffer>({LINE}, 1)) }}"}
    assert service.client.get("/sparql", query_string=unknown).status_code >= 400
    assert GEOSPARQL + "buffer" not in EXTENSION_FUNCTIONS


def test_a_description_that_a_change_made_other_is_sent_anew(tmp_path: Path) -> None:
    make_release(tmp_path, QUADS)
    tags = set()
    for token in (None, TOKEN):
        for one in described(Settings(store_dir=tmp_path, update_token=token)):
            tags.add(one.client.get("/sparql").headers["ETag"])
    assert len(tags) == 2
