"""schema.org JSON-LD that pages carry, for those who index them."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from erqi_kg.namespaces import Names
from erqi_kg.storedir import DUMP, Release, dump_of_graph
from erqi_kg.web.http.conditional import built_at
from erqi_kg.web.linked.signposting import dataset_of
from erqi_kg.web.linked.thing import Thing
from erqi_kg.web.showing.display import Display, Text
from erqi_kg.web.showing.language import LANGUAGES, message, tag_of
from erqi_kg.web.sparql.statements import DATA_LICENSE

Members = dict[str, Any]

_KINDS = {
    "Division": "AdministrativeArea",
    "Facility": "CivicStructure",
    "Place": "Place",
    "Area": "Place",
    "Person": "Person",
    "Organisation": "Organization",
    "Picture": "ImageObject",
    "Source": "Article",
    "Project": "Project",
    "Event": "Event",
    "Post": "Role",
}
"""What a class of ours is in schema.org's words; the first that fits."""
_ANYTHING = "Thing"


def script(members: Members) -> Markup:
    """Return JSON-LD as the text of a `script` element: no `<` ends it, no quote escapes it."""
    whole = {"@context": "https://schema.org", **members}
    return htmlsafe_json_dumps(whole, dumps=partial(json.dumps, ensure_ascii=False))


def kind_of(thing: Thing, display: Display) -> str:
    """Return the type of a thing in schema.org's words."""
    for name, kind in _KINDS.items():
        above = display.names.term(name)
        if any(one == above or display.vocabulary.is_a(one, above) for one in thing.classes):
            return kind
    return _ANYTHING


def of_thing(thing: Thing, titles: dict[str, Text], display: Display) -> Members:
    """Return what a page about a thing says of it."""
    names = display.names
    path = thing.iri.removeprefix(names.things)
    members: Members = {
        "@id": thing.iri,
        "@type": kind_of(thing, display),
        "name": _in_languages({title.text: title.language for title in titles.values()}),
        "mainEntityOfPage": f"{names.base_iri}doc/{path}",
    }
    same = [iri for iri in thing.elsewhere() if iri.startswith(("http://", "https://"))]
    return members | ({"sameAs": same} if same else {})


def of_dataset(release: Release, root: str, contact: str = "") -> Members:
    """Return what a release is, as a dataset with its files.

    Args:
        release: the served one.
        root: the address of the serving host, with a slash at its end.
        contact: where its operator is reached; none: not told.
    """
    names = Names(release.manifest.base_iri)
    texts = {key: {message(key, one): tag_of(one) for one in LANGUAGES} for key in _TEXTS}
    files = [DUMP, *(dump_of_graph(iri.removeprefix(names.graph(""))) for iri in _graphs(release))]
    members: Members = {
        "@id": dataset_of(names),
        "@type": "Dataset",
        "name": _in_languages(texts["site.name"]),
        "description": _in_languages(texts["site.description"]),
        "url": f"{root}catalog",
        "identifier": dataset_of(names),
        "license": DATA_LICENSE,
        "isAccessibleForFree": True,
        "version": release.id,
        "dateModified": built_at(release).isoformat(),
        "distribution": [
            _file(release, root, name) for name in files if (release.path / name).is_file()
        ],
    }
    return members | ({"maintainer": _operator(contact)} if contact else {})


_TEXTS = ("site.name", "site.description")


def _graphs(release: Release) -> list[str]:
    return sorted(release.manifest.graphs)


def _file(release: Release, root: str, name: str) -> Members:
    """Return one file; it holds the release as it was built."""
    members: Members = {
        "@type": "DataDownload",
        "contentUrl": root + name,
        "encodingFormat": ["application/n-quads", "application/gzip"],
        "contentSize": f"{(release.path / name).stat().st_size} B",
    }
    digest = release.manifest.outputs.get(name)
    return members | ({"sha256": digest} if digest else {})


def _operator(contact: str) -> Members:
    kind = "email" if contact.startswith("mailto:") else "url"
    point = {"@type": "ContactPoint", kind: contact.removeprefix("mailto:")}
    return {"@type": "Organization", "contactPoint": point}


def _in_languages(texts: dict[str, str]) -> list[str | Members]:
    return [
        {"@value": text, "@language": language} if language else text
        for text, language in texts.items()
    ]
