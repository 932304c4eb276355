"""Each truth of `queries/checks` speaks when it is broken: a check that cannot fail is no check."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from erqi_kg.namespaces import Names

ROOT = Path(__file__).parent.parent
CHECKS = {path.stem: path for path in sorted((ROOT / "queries/checks").glob("*.rq"))}
NAMES = Names()
BULKY = re.compile(r"/id/(code-entry|containment|division|link|point)/")
"""Reference data of the whole country; what concerns Zhengzhou is enough here."""

BREAKS = {
    "a-base-period-is-a-year-before": (
        "DELETE { ?h erqi:basePeriod ?p } INSERT { ?h erqi:basePeriod <period/2017-12-31> } "
        "WHERE { ?h erqi:basePeriod ?p }"
    ),
    "a-closed-list-names-as-many-as-it-counts": (
        "DELETE { ?b erqi:dimensionCount ?c } INSERT { ?b erqi:dimensionCount 9 } WHERE { ?b "
        "erqi:dimensionCount ?c }"
    ),
    "a-code-entry-is-unique-in-its-edition": (
        "INSERT DATA { <one> a erqi:CodeEntry ; erqi:edition <e> ; erqi:code '1' . "
        "<two> a erqi:CodeEntry ; erqi:edition <e> ; erqi:code '1' }"
    ),
    "a-comparison-set-is-no-place": "INSERT { ?r a erqi:Area } WHERE { ?r a erqi:ComparisonSet }",
    "a-concept-is-in-the-scheme-of-its-id": (
        "INSERT DATA { <concept/unit/item> skos:inScheme <concept/basis> }"
    ),
    "a-date-of-publication-is-never-inferred": (
        "INSERT { ?s dcterms:issued '2018-10-09' } WHERE { ?s erqi:textSha256 ?digest }"
    ),
    "a-division-lies-in-one-division": (
        "INSERT DATA { <division/410103> schema:containedInPlace <division/410200> }"
    ),
    "a-first-or-only-is-a-superlative": (
        "INSERT { ?c erqi:modality <concept/modality/reported-fact> } WHERE { ?c "
        "erqi:uniqueWithin ?a }"
    ),
    "a-graph-of-dated-data-says-its-time": (
        "DELETE { ?g dcterms:temporal ?p } WHERE { ?g dcterms:temporal ?p }"
    ),
    "a-group-names-no-more-members-than-it-has": (
        "INSERT DATA { <f> erqi:about <project-group/key-ecological-projects> ; erqi:value 1 "
        "; erqi:measure <concept/measure/size> }"
    ),
    "a-groups-total-is-on-no-member": (
        "INSERT DATA { <zz> erqi:about <project/binhe-garden> ; erqi:measure "
        "<concept/measure/moved-in-area> ; erqi:value 1400000.0 }"
    ),
    "a-growth-rate-tells-its-base": (
        "DELETE { ?h erqi:basePeriod ?p } WHERE { ?h erqi:basePeriod ?p }"
    ),
    "a-half-year-stands-on-indicators-only": (
        "INSERT { ?f erqi:period <period/2018-h1> } WHERE { ?f a erqi:Figure }"
    ),
    "a-list-of-china-is-of-small-and-medium-cities": (
        'INSERT { ?r rdfs:label "top 100 districts of China"@en } WHERE { ?r a erqi:RankingSeries }'
    ),
    "a-member-is-named-in-words": (
        "INSERT { ?m erqi:member <project/the-other-39> } WHERE { ?m erqi:member ?p }"
    ),
    "a-policy-is-one-node-its-local-measure-another": (
        "INSERT { ?m a erqi:Policy } WHERE { ?m erqi:implements ?p }"
    ),
    "a-programme-has-parts-and-no-narrower-concepts": (
        "INSERT { ?p skos:broader ?q } WHERE { ?p a erqi:Programme ; dcterms:hasPart ?q }"
    ),
    "a-quote-is-of-the-source-that-states": (
        "DELETE { ?q oa:hasSource ?s } INSERT { ?q oa:hasSource <source/x> } WHERE { ?q "
        "oa:hasSource ?s }"
    ),
    "a-quote-with-a-place-is-confirmed": (
        "DELETE { ?q erqi:confirmed true } INSERT { ?q erqi:confirmed false } "
        "WHERE { ?q erqi:confirmed true }"
    ),
    "a-rank-is-within-its-list": "INSERT { ?p erqi:rank 101 } WHERE { ?p a erqi:Placement }",
    "a-source-gives-one-rank-in-a-ranking": (
        "INSERT { <placement/zz> a erqi:Placement ; erqi:ranking ?r ; erqi:division ?d ; "
        "prov:hadPrimarySource ?s } WHERE { ?s0 a erqi:Placement ; erqi:ranking ?r ; "
        "erqi:division ?d ; prov:hadPrimarySource ?s }"
    ),
    "a-statement-has-one-primary-source": (
        "INSERT { ?s prov:hadPrimarySource <source/x> } WHERE { ?s a erqi:Figure }"
    ),
    "a-retired-thing-is-nothing-else": ("INSERT DATA { <project/binhe-garden> a erqi:Tombstone }"),
    "a-streak-is-as-long-as-what-it-implies": (
        "DELETE { ?c erqi:streakLength ?l } INSERT { ?c erqi:streakLength 2 } WHERE { ?c "
        "erqi:streakLength ?l }"
    ),
    "a-streak-makes-no-placement": (
        "INSERT { <placement/zz> erqi:ranking <ranking/2017-comprehensive-strength> ; "
        "erqi:division <division/410103> ; prov:hadPrimarySource "
        "<source/erqi-four-top100-2018> } WHERE { }"
    ),
    "a-unit-fits-its-wording": (
        "INSERT { ?f sdmx-attribute:unitMeasure <concept/unit/person> } WHERE { ?f "
        "erqi:sourceUnit '万人次' }"
    ),
    "a-unit-is-of-qudt-or-ours": (
        "INSERT { ?f sdmx-attribute:unitMeasure <http://x/> } WHERE { ?f a erqi:Figure }"
    ),
    "a-year-that-no-words-give-is-inferred": (
        "DELETE { ?s erqi:property erqi:lastYear } WHERE { ?s erqi:property erqi:lastYear }"
    ),
    "an-open-list-names-some-an-unnamed-none": (
        "INSERT DATA { <programme/four-platforms> dcterms:hasPart <programme/platform-1> }"
    ),
    "an-inferred-membership-has-a-reason": (
        "DELETE { ?s erqi:reason ?r } WHERE { ?s erqi:reason ?r }"
    ),
    "an-inferred-value-has-a-reason-in-both-languages": (
        'DELETE { ?s erqi:reason ?r } WHERE { ?s erqi:reason ?r . FILTER(LANG(?r)="en") }'
    ),
    "an-inferred-year-leads-to-words-that-have-it": (
        "DELETE { ?s erqi:quote ?q } WHERE { ?s erqi:property erqi:eventDate ; erqi:quote ?q }"
    ),
    "both-forms-of-a-code-agree": (
        'INSERT DATA { <division/410103> erqi:wikidataCode "41 01 04" }'
    ),
    "every-claim-has-its-claimant": (
        "DELETE { ?s erqi:claimant ?m } INSERT { ?s erqi:claimant <division/410103> } WHERE { "
        "?s erqi:claimant ?m }"
    ),
    "every-graph-has-a-licence-and-a-title-in-both-languages": (
        "DELETE { ?g dcterms:license ?l } WHERE { ?g a erqi:NamedGraph ; dcterms:license ?l }"
    ),
    "every-graph-is-described": "INSERT DATA { GRAPH <g> { erqi:Area rdfs:seeAlso <zz> } }",
    "every-graph-says-what-it-holds-and-where-it-is-from": (
        "DELETE { ?g dcterms:source ?s } WHERE { ?g a erqi:NamedGraph ; dcterms:source ?s }"
    ),
    "every-placement-has-a-quote": (
        "DELETE { ?p prov:wasDerivedFrom ?q } WHERE { ?p a erqi:Placement ; "
        "prov:wasDerivedFrom ?q }"
    ),
    "every-reference-statement-has-a-grade": (
        "DELETE { ?g erqi:grade ?l } WHERE { ?g erqi:grade ?l }"
    ),
    "every-same-as-has-a-link-with-its-method": (
        "INSERT DATA { <division/410103> owl:sameAs <http://x/y> }"
    ),
    "every-stated-number-has-a-quote": (
        "DELETE { ?s erqi:property erqi:rank } WHERE { ?s erqi:property erqi:rank }"
    ),
    "every-statement-of-a-source-has-a-modality": (
        "DELETE { ?s erqi:modality ?m } WHERE { ?s erqi:modality ?m }"
    ),
    "every-thing-is-named-in-both-languages": (
        "DELETE { ?g rdfs:label ?l } WHERE { ?g a erqi:Project ; rdfs:label ?l }"
    ),
    "no-division-is-an-organisation": (
        "INSERT { ?r a erqi:Organisation } WHERE { ?r a erqi:Division }"
    ),
    "no-place-is-a-concept": "INSERT { ?r a skos:Concept } WHERE { ?r a erqi:Division }",
    "no-placeholder-or-zone-is-a-division": (
        "INSERT { ?e erqi:division <division/410103> } WHERE { ?e erqi:entryKind "
        "<concept/division-kind/placeholder> }"
    ),
    "no-programme-is-a-public-service": (
        "INSERT { ?p a erqi:PublicService } WHERE { ?p a erqi:Programme }"
    ),
    "no-project-carries-a-state-or-a-number": (
        "INSERT { ?p erqi:value 4 } WHERE { ?p a erqi:ProjectGroup }"
    ),
    "no-project-is-filed-under-the-three-erqis": (
        "INSERT DATA { <project/binhe-garden> erqi:underProgramme <programme/warm-erqi> }"
    ),
    "no-ranking-is-an-award": "INSERT { ?r a erqi:Award } WHERE { ?r a erqi:Ranking }",
    "no-spatial-relation-is-claimed": (
        "INSERT DATA { <division/410103> geo:sfWithin <division/410100> }"
    ),
    "nothing-contains-itself": (
        "INSERT DATA { <division/410100> schema:containedInPlace <division/410103> }"
    ),
    "nothing-leads-to-a-retired-thing": (
        "INSERT DATA { <project/old> a erqi:Tombstone . <m> erqi:member <project/old> }"
    ),
    "nothing-is-calculated-back": (
        "INSERT { <zz> a erqi:Observation ; erqi:indicator ?i ; erqi:division ?d ; "
        "erqi:period ?b ; prov:hadPrimarySource ?s } WHERE { ?g erqi:growthRate ?r ; "
        "erqi:indicator ?i ; erqi:division ?d ; erqi:basePeriod ?b ; prov:hadPrimarySource ?s "
        "}"
    ),
    "nothing-is-the-same-as-two-items-of-one-scheme": (
        "INSERT DATA { <division/410103> owl:sameAs wd:Q1 }"
    ),
    "only-persons-hold-posts-and-only-organisations-have-them": (
        "DELETE { ?h erqi:holder ?p } INSERT { ?h erqi:holder <division/410103> } WHERE { ?h "
        "erqi:holder ?p }"
    ),
    "the-id-of-a-statement-holds-its-source": (
        "INSERT DATA { <figure/x> a erqi:Statement ; prov:hadPrimarySource "
        "<source/erqi-four-top100-2018> }"
    ),
}
"""For each check an update that makes its name untrue."""


@pytest.fixture(scope="module")
def quads(built_store: ox.Store) -> list[ox.Quad]:
    """The default graph and the described graphs, without the bulk of the country."""
    return [
        quad
        for quad in built_store
        if isinstance(quad.subject, ox.NamedNode)
        and (not BULKY.search(quad.subject.value) or "4101" in quad.subject.value)
    ]


def found(store: ox.Store, check: str) -> list[ox.QuerySolution]:
    text = CHECKS[check].read_text(encoding="utf-8")
    solutions = store.query(text, base_iri=NAMES.base_iri, prefixes=NAMES.prefixes())
    assert isinstance(solutions, ox.QuerySolutions)
    return list(solutions)


def test_every_truth_is_broken_once() -> None:
    assert sorted(BREAKS) == [name for name in CHECKS if not name.startswith("cube-")]


@pytest.mark.parametrize("check", sorted(BREAKS))
def test_a_broken_truth_is_noticed(check: str, quads: list[ox.Quad]) -> None:
    store = ox.Store()
    store.bulk_extend(quads)
    before = found(store, check)
    store.update(BREAKS[check], base_iri=NAMES.things, prefixes=NAMES.prefixes())
    assert len(found(store, check)) > len(before)
