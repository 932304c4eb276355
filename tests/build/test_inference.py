from __future__ import annotations

import pyoxigraph as ox

from erqi_kg.build.inference import infer
from erqi_kg.namespaces import Names

NQUADS = """
<urn:Town> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:Place> <urn:o> .
<urn:Place> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:Thing> <urn:o> .
<urn:Thing> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:Place> <urn:o> .
<urn:within> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <urn:partOf> <urn:o> .
<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:Town> <urn:g> .
<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:Place> <urn:h> .
<urn:a> <urn:within> <urn:b> <urn:g> .
"""


def test_entailed_triples_stand_in_a_graph_of_their_own_and_stated_ones_do_not() -> None:
    quads = list(ox.parse(NQUADS, format=ox.RdfFormat.N_QUADS))
    found = infer(quads, Names())
    assert {q.graph_name.value for q in found} == {"https://w3id.org/erqi/graph/inferred"}
    assert {(q.predicate.value.rsplit("#")[-1], q.object.value) for q in found} == {
        ("type", "urn:Thing"),
        ("urn:partOf", "urn:b"),
    }
