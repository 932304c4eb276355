"""What the article says and what it leaves unsaid, where a reader would be tempted to add."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from erqi_kg.namespaces import Names

NAMES = Names()
ARTICLE = f"<{NAMES.base_iri}graph/source/erqi-four-top100-2018>"

HOLDS = {
    "the four ranks are those of the article": """
        VALUES (?list ?rank) {
          (<ranking/2018-comprehensive-strength> 86) (<ranking/2018-investment-potential> 63)
          (<ranking/2018-innovation> 91) (<ranking/2018-green-development> 76) }
        FILTER NOT EXISTS { ?placement a erqi:Placement ; erqi:ranking ?list ; erqi:rank ?rank ;
          prov:hadPrimarySource <source/erqi-four-top100-2018> }""",
    "only five things are public services": """
        { SELECT (COUNT(DISTINCT ?service) AS ?services) { ?service a erqi:PublicService } }
        FILTER(?services != 5)""",
    "for innovation nothing is claimed unique": """
        ?claim a erqi:UniquenessClaim ; erqi:series <ranking-series/innovation>""",
    "for strength and investment the streak is unique and not the listing": """
        VALUES ?series {
          <ranking-series/comprehensive-strength> <ranking-series/investment-potential> }
        ?claim a erqi:UniquenessClaim ; erqi:series ?series .
        FILTER NOT EXISTS { ?claim erqi:concernsClaim/a erqi:StreakClaim }""",
    "for green development the listing is unique": """
        ?claim a erqi:UniquenessClaim ; erqi:series <ranking-series/green-development> .
        FILTER NOT EXISTS { ?claim erqi:ranking <ranking/2018-green-development> }""",
    "the first entry is claimed by the person quoted": """
        ?claim a erqi:FirstEntryClaim ; erqi:claimant ?who .
        FILTER(?who != <person/chen-hongmin>)""",
    "budget revenue is ranked by total, the others by growth": """
        ?rank a erqi:IndicatorRank ; erqi:indicator ?indicator ; erqi:rankedMeasure ?measure .
        FILTER((?indicator = <indicator/general-public-budget-revenue>)
          != (?measure = <concept/ranked-measure/total>))""",
    "investment has no amount and industry no rank": """
        { ?o erqi:indicator <indicator/fixed-asset-investment> ; erqi:amount ?amount }
        UNION { ?o a erqi:IndicatorRank ; erqi:indicator <indicator/industrial-value-added> }""",
    "the investment made hangs on no group": """
        ?figure erqi:measure <concept/measure/completed-investment> ; erqi:about ?group .
        ?group a erqi:ProjectGroup""",
    "the agreed sum is on the eight signed projects alone": """
        ?figure erqi:measure <concept/measure/agreed-investment> ; erqi:about ?thing .
        FILTER(?thing != <project-group/signed-industrial-projects>)""",
    "the two key ecological parks are not placed among the 28": """
        ?membership erqi:group <project-group/ecological-projects> ; erqi:member ?member""",
    "the garden of ancient music is a part of the football town": """
        FILTER NOT EXISTS {
          <project/ancient-music-garden> dcterms:isPartOf <project/jianye-football-town> }""",
    "the park has no state, its greening upgrade has": """
        { ?state erqi:project <place/south-north-culture-park> }
        UNION { FILTER NOT EXISTS { ?state erqi:project <project/south-north-park-greening> ;
          erqi:status <concept/project-status/basically-complete> } }""",
    "the canal in the picture is not the park": """
        { ?picture foaf:depicts <place/south-north-culture-park> }
        UNION { <place/south-north-canal> (owl:sameAs|^owl:sameAs) ?park }""",
    "the big data park is drawn and nothing more": """
        ?state erqi:project <project/big-data-park> ; erqi:status ?status .
        FILTER(?status != <concept/project-status/rendering-only>)""",
    "housing, parking and toilets hold at a date nobody says": """
        VALUES ?group { <project-group/new-resettlement-projects> <project-group/public-toilets>
          <project-group/moved-in-resettlement> <project-group/new-car-parks> }
        ?figure erqi:about ?group ; erqi:timeReference ?time .
        FILTER(?time != <concept/time-reference/as-of-unknown-date>)""",
    "livelihood projects and schools have no time": """
        VALUES ?thing { <project-group/district-wide-projects> <project-group/schools>
          <project-group/self-initiated-projects> <project-group/public-benefit-plus-projects>
          <programme/livelihood-service-system> }
        ?figure a erqi:Figure ; erqi:about ?thing ; erqi:timeReference ?time .
        FILTER(?time != <concept/time-reference/not-stated>)""",
    "the reform is pursued all along": """
        ?statement erqi:programme <programme/erqi-fang-guan-fu> ; erqi:timeReference ?time .
        FILTER(?time != <concept/time-reference/always>)""",
    "the goal of the secretary is for the future": """
        ?claim a erqi:SpeechClaim ; erqi:modality <concept/modality/intention> ;
          erqi:timeReference ?time .
        FILTER(?time != <concept/time-reference/future>)""",
    "the correspondent's employer is not supplied": """
        <person/guo-jiaxing> org:memberOf|org:holds|schema:worksFor ?employer""",
    "no actor is supplied where the text says only the district": """
        ?statement a erqi:ProgrammeStatement ; erqi:actor ?actor""",
    "a period of the data is not made up": """
        ?ranking a erqi:Ranking ; erqi:dataPeriod ?period""",
}
"""A promise and what would break it: the pattern must have no solution."""


@pytest.mark.parametrize("promise", HOLDS)
def test_the_article_is_followed(promise: str, built_store: ox.Store) -> None:
    query = f"ASK {{ {HOLDS[promise]} }}"
    assert not built_store.query(query, base_iri=NAMES.things, prefixes=NAMES.prefixes())


def test_the_promises_speak_of_things_that_are_there(built_store: ox.Store) -> None:
    named = {thing for text in HOLDS.values() for thing in re.findall(r"<([a-z0-9/-]+)>", text)}
    assert len(named) > 30
    for thing in named:
        node = ox.NamedNode(NAMES.things + thing)
        assert next(built_store.quads_for_pattern(node, None, None), None), thing


def test_the_graph_of_the_article_rests_on_the_article_alone(built_store: ox.Store) -> None:
    query = f"""SELECT DISTINCT ?source FROM {ARTICLE} {{ ?s prov:hadPrimarySource ?source }}"""
    found = built_store.query(query, base_iri=NAMES.things, prefixes=NAMES.prefixes())
    assert isinstance(found, ox.QuerySolutions)
    assert [str(solution["source"]) for solution in found] == [
        f"<{NAMES.things}source/erqi-four-top100-2018>"
    ]
