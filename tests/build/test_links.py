"""A link to nothing is refused, with what may have been meant."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from erqi_kg.build.context import Context
from erqi_kg.build.links import check_links
from erqi_kg.namespaces import Names

CONTEXT = Context(
    json.dumps(
        {
            "@context": {
                "unit": "http://qudt.org/vocab/unit/",
                "erqi": "https://w3id.org/erqi/def#",
                "division": {"@id": "erqi:division", "@type": "@id"},
                "unitMeasure": {"@id": "erqi:unit", "@type": "@id"},
            }
        }
    )
)
HELD = """
@base <https://w3id.org/erqi/id/> .
@prefix erqi: <https://w3id.org/erqi/def#> .
<division/410103> a erqi:Division .
<figure/1> erqi:unit <http://qudt.org/vocab/unit/PERCENT> ; erqi:division <division/410103> .
"""


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("<figure/2> erqi:division <division/410193> .",
         "division points to division/410193, which nothing describes; "
         "did you mean 'division/410103'?"),
        ("<figure/2> erqi:unit <percent> .",
         "unitMeasure points to percent, which nothing describes: describe it, or write another; "
         "elsewhere it is unit:PERCENT"),
        ("<figure/2> erqi:other <thing> .", "https://w3id.org/erqi/def#other points to thing, "
         "which nothing describes"),
        ("<figure/2> erqi:division <x/1> . <figure/3> erqi:division <x/1> .",
         "(1 other records do so too)"),
    ],
)  # fmt: skip
def test_a_link_to_nothing_tells_what_may_have_been_meant(stated: str, said: str) -> None:
    quads = list(ox.parse(HELD + stated, format=ox.RdfFormat.TURTLE))
    (error,) = check_links(quads, CONTEXT, Names(), {"figure/2": "facts.toml"})
    assert said in error.message
    assert (error.file, error.record) == ("facts.toml", "figure/2")


def test_links_to_what_is_described_pass() -> None:
    quads = list(ox.parse(HELD, format=ox.RdfFormat.TURTLE))
    assert check_links(quads, CONTEXT, Names(), {}) == []
