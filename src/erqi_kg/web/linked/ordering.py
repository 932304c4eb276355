"""The order in which pages list properties: what a reader looks for first comes first."""

from __future__ import annotations

from collections.abc import Iterable

from erqi_kg.namespaces import Names

_FIRST = (
    *("rdfs:label", "dcterms:title", "skos:altLabel", "skos:definition", "dcterms:description"),
    *("erqi:rank", "erqi:ranking", "erqi:series", "erqi:indicator"),
    *("erqi:measure", "erqi:amount", "erqi:growthRate", "erqi:value", "erqi:streakLength"),
    *("sdmx-attribute:unitMeasure", "erqi:wording", "erqi:comparisonSet", "erqi:rankedMeasure"),
    *("dcat:startDate", "dcat:endDate", "erqi:period", "erqi:editionYear", "erqi:status"),
    *("erqi:eventKind", "erqi:eventDate", "erqi:programme"),
    *("erqi:group", "erqi:member", "erqi:project", "erqi:post", "erqi:holder", "erqi:contributor"),
    *("erqi:contributionRole", "erqi:name", "erqi:code", "erqi:divisionKind", "erqi:level"),
    *("schema:containedInPlace", "erqi:programmeKind", "erqi:projectKind", "dcterms:hasPart"),
    *("dcterms:isPartOf", "erqi:implements", "erqi:aim", "erqi:slogan", "dcterms:spatial"),
    *("erqi:entryKind", "erqi:edition", "erqi:firstSeenIn", "erqi:lastSeenIn", "erqi:absentFrom"),
    *("erqi:container", "erqi:division", "erqi:about", "erqi:affects", "erqi:timeReference"),
    *("erqi:basePeriod", "erqi:priceBasis", "erqi:identifierScheme", "erqi:linkPredicate"),
    *("erqi:linkTarget", "dcterms:identifier", "erqi:method", "erqi:checked"),
)
_LAST = (
    *("skos:scopeNote", "skos:note", "skos:notation", "erqi:wikidataCode", "geo:hasGeometry"),
    *("rdfs:seeAlso", "erqi:geonames", "erqi:sourceValue", "erqi:sourceUnit", "erqi:modality"),
    *("erqi:claimant", "qb:measureType", "qb:dataSet", "erqi:grade", "erqi:sourceNote"),
    *("dcterms:source", "prov:hadPrimarySource", "skos:inScheme", "skos:topConceptOf"),
    *("rdfs:isDefinedBy", "skos:historyNote"),
)


def in_order(properties: Iterable[str], names: Names) -> list[str]:
    """Return properties as pages list them; those in between by IRI."""
    prefixes = names.prefixes()

    def iri(short: str) -> str:
        prefix, _, local = short.partition(":")
        return prefixes[prefix] + local

    places = {iri(short): place - len(_FIRST) for place, short in enumerate(_FIRST)}
    places |= {iri(short): place + 1 for place, short in enumerate(_LAST)}
    return sorted(properties, key=lambda name: (places.get(name, 0), name))
