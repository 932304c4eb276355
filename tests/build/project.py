"""A tiny project in a temporary directory: one article, one ontology, all in sight."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from erqi_kg.settings import Settings

TEXT = """

城东区入选全国百强

昨日,城东区位列全国活力百强区第12位。今年上半年,全区地区生产总值完成31.5亿元,同比增长6.4%。城乡融

合示范园已建成3处,示范园面积达2万平方米。

各项工作有序推进,大家都很高兴,为今后的发展打下了坚实而可靠的基础,也为以后的工作创造了很好的条件,来年会更好,大家继续努力吧。
"""

BASE = "https://w3id.org/erqi/"
NAMES = [
    "label", "rank", "value", "growthRate", "sourceValue", "wording", "division", "ranking",
    "supports", "basis", "property", "quote", "reason", "confirmed",
    "Placement", "Ranking", "Division", "Observation", "Quote", "Support", "NamedGraph", "Basis",
    "Source",
]  # fmt: skip

CONTEXT = {
    "@version": 1.1,
    "erqi": f"{BASE}def#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    **{name: f"erqi:{name}" for name in NAMES if name[0].isupper()},
    "TextQuoteSelector": "oa:TextQuoteSelector",
    "TextPositionSelector": "oa:TextPositionSelector",
    "label": {"@id": "erqi:label", "@container": "@language"},
    "reason": {"@id": "erqi:reason", "@container": "@language"},
    "title": {"@id": "dcterms:title", "@container": "@language"},
    "license": {"@id": "dcterms:license", "@type": "@id"},
    "source": {"@id": "dcterms:source", "@type": "@id"},
    "rank": {"@id": "erqi:rank", "@type": "xsd:integer"},
    "value": {"@id": "erqi:value", "@type": "xsd:decimal"},
    "growthRate": {"@id": "erqi:growthRate", "@type": "xsd:decimal"},
    "sourceValue": {"@id": "erqi:sourceValue", "@type": "xsd:decimal"},
    "wording": "erqi:wording",
    **{
        name: {"@id": f"erqi:{name}", "@type": "@id"}
        for name in ("division", "ranking", "supports", "basis", "property", "quote")
    },
    "hasSource": {"@id": "oa:hasSource", "@type": "@id"},
    "hasSelector": {"@id": "oa:hasSelector", "@type": "@id"},
    "refinedBy": {"@id": "oa:refinedBy", "@type": "@id"},
    "exact": "oa:exact",
    "prefix": "oa:prefix",
    "suffix": "oa:suffix",
    "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "confirmed": {"@id": "erqi:confirmed", "@type": "xsd:boolean"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "hadPrimarySource": {"@id": "prov:hadPrimarySource", "@type": "@id"},
}

ONTOLOGY = f"@prefix erqi: <{BASE}def#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n" + (
    "\n".join(
        f"erqi:{name} a owl:{'Class' if name[0].isupper() else 'DatatypeProperty'} ."
        for name in NAMES
    )
)

SHAPES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix erqi: <{BASE}def#> .
erqi:PlacementShape a sh:NodeShape ; sh:targetClass erqi:Placement ;
    sh:property [ sh:path erqi:rank ; sh:minCount 1 ; sh:maxInclusive 100 ;
        sh:message "A placement has one rank up to 100."@en ] .
"""

PLACES = """
[graph]
title = { zh = "地方", en = "Places" }
license = "https://creativecommons.org/publicdomain/zero/1.0/"

[[table]]
file = "places.csv"
class = "Division"

[[ranking]]
id = "ranking/vitality"
label = { zh = "活力百强区", en = "Vitality" }

[[basis]]
id = "concept/basis/stated"
[[basis]]
id = "concept/basis/contextual"
[[basis]]
id = "concept/basis/inferred"
"""

FACTS = """
source = "town-news"

[[placement]]
id = "placement/town-news/vitality/1"
division = "division/1"
ranking = "ranking/vitality"
rank = "12"
wording = "第12位"
evidence = [{ quote = "位列全国活力百强区第12位" }]

[[observation]]
id = "observation/town-news/gdp/1"
division = "division/1"
value = "3150000000"
sourceValue = "31.5"
wording = "31.5亿元"
evidence = [{ quote = "地区生产总值完成31.5亿元" }]
context_evidence = [{ quote = "城东区", suffix = "位列" }]

[[observation]]
id = "observation/town-news/gdp-growth/1"
division = "division/1"
growthRate = "6.4"
evidence.growthRate = [{ quote = "同比增长6.4%" }]
inferred.division = { zh = "全文主语", en = "the subject of the article" }
"""

SOURCE = """
id = "town-news"
text_file = "town-news.txt"
text_sha256 = "{sha256}"
text_length = {length}
not_facts = [
    {{ quote = "3处", reason = {{ zh = "示例", en = "left out here" }} }},
    {{ quote = "2万", reason = {{ zh = "示例", en = "left out here" }} }},
]

[[source]]
id = "source/town-news"
title = {{ zh = "城东区入选全国百强", en = "Chengdong among the hundred" }}
evidence = [{{ quote = "城东区入选全国百强" }}]
"""


class Project:
    """The files of a project, to be changed at will."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.texts = root / "texts"
        self.write("texts/town-news.txt", TEXT)
        self.write("ontology/context.jsonld", json.dumps({"@context": CONTEXT}))
        self.write("ontology/erqi.ttl", ONTOLOGY)
        self.write("ontology/shapes/ranking.ttl", SHAPES)
        self.write("data/reference/places.toml", PLACES)
        self.write(
            "data/reference/places.csv", "id,label@zh,label@en\ndivision/1,城东区,Chengdong\n"
        )
        self.write("data/facts/town-news.toml", FACTS)
        self.write(
            "data/sources/town-news.toml",
            SOURCE.format(sha256=hashlib.sha256(TEXT.encode()).hexdigest(), length=len(TEXT)),
        )

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.read(name)
        assert old in text
        self.write(name, text.replace(old, new))

    def settings(self, *, with_text: bool = True, **values: object) -> Settings:
        return Settings(
            store_dir=self.root / "store",
            project_dir=self.root,
            source_texts=self.texts if with_text else None,
            **values,
        )
