"""The one mapping: what each short name of `ontology/context.jsonld` stands for (JSON-LD 1.1)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from erqi_kg.errors import RecordInvalid, UnknownTerm

XSD = "http://www.w3.org/2001/XMLSchema#"
NUMERIC_DATATYPES = frozenset(
    XSD + name
    for name in ("integer", "decimal", "nonNegativeInteger", "positiveInteger", "int", "double")
)
KEYWORD_ALIASES = ("id", "type")


@dataclass(frozen=True)
class Term:
    """One short name of the context."""

    name: str
    iri: str
    is_link: bool
    """Its values are IRIs."""
    is_bilingual: bool
    """Its values are maps from language tag to text."""
    datatype: str | None
    """IRI of the datatype its values get, if any."""

    @property
    def is_class(self) -> bool:
        """Classes are CamelCase, properties camelCase."""
        return self.name[:1].isupper()

    @property
    def is_number(self) -> bool:
        """Return whether its values are numbers."""
        return self.datatype in NUMERIC_DATATYPES


class Context:
    """The terms of a JSON-LD context.

    Args:
        text: the JSON of `context.jsonld`, its IRIs already under the base of the build.

    Raises:
        RecordInvalid: it is not a JSON-LD context this project can use.
    """

    FILE = "ontology/context.jsonld"

    def __init__(self, text: str) -> None:
        try:
            document = json.loads(text)
            self.definitions: dict[str, Any] = document["@context"]
        except (ValueError, KeyError, TypeError) as error:
            raise RecordInvalid(f"is not a JSON-LD context: {error}", self.FILE) from error
        if not isinstance(self.definitions, dict):
            raise RecordInvalid("@context must be one object", self.FILE)
        if "@base" in self.definitions:
            raise RecordInvalid("must not set @base: the build adds it", self.FILE)
        self.terms = {
            name: self._term(name, definition)
            for name, definition in self.definitions.items()
            if not name.startswith("@") and name not in KEYWORD_ALIASES
        }

    def expand(self, curie: str) -> str:
        """Return the IRI of a compact IRI, a term or an IRI."""
        prefix, colon, rest = curie.partition(":")
        target = self.definitions.get(prefix)
        if colon and not rest.startswith("//") and isinstance(target, str):
            return self.expand(target) + rest if ":" in target else target + rest
        return curie

    def compact(self, iri: str) -> str:
        """Return an IRI with the prefix of the longest namespace it is in, or as it is."""
        spaces = {
            self.expand(target): name
            for name, target in self.definitions.items()
            if isinstance(target, str) and target.endswith(("#", "/", ":"))
        }
        space = max((one for one in spaces if iri.startswith(one)), key=len, default=None)
        return iri if space is None else f"{spaces[space]}:{iri.removeprefix(space)}"

    def key_of(self, iri: str) -> str:
        """Return what a property is called in records, or its IRI."""
        names = (term.name for term in self.terms.values() if term.iri == iri and term.is_link)
        return next(names, iri)

    def property(self, name: str, *, file: str, record: str) -> Term:
        """Return the term of a record's key.

        Raises:
            UnknownTerm: the context has no such property.
        """
        term = self.terms.get(name)
        if term is None or term.is_class:
            raise UnknownTerm(
                f"unknown key {name!r}: {self.FILE} has no such property{_nearest(name, self)}",
                file,
                record,
            )
        return term

    def class_of_table(self, table: str, *, file: str) -> Term:
        """Return the class of a table name: `project_group` is `ProjectGroup`.

        Raises:
            UnknownTerm: the context has no such class, or the name is not snake_case.
        """
        name = "".join(part.capitalize() for part in table.split("_"))
        term = self.terms.get(name)
        if term is None or not term.is_class or table != table.lower():
            raise UnknownTerm(
                f"unknown table [[{table}]]: {self.FILE} has no class {name}{_nearest(name, self)}",
                file,
            )
        return term

    def class_named(self, name: str, *, file: str, record: str) -> Term:
        """Return a class by its short name.

        Raises:
            UnknownTerm: the context has no such class.
        """
        term = self.terms.get(name)
        if term is None or not term.is_class:
            raise UnknownTerm(f"unknown class {name!r}{_nearest(name, self)}", file, record)
        return term

    def _term(self, name: str, definition: object) -> Term:
        if isinstance(definition, str):
            return Term(name, self.expand(definition), False, False, None)
        if not isinstance(definition, dict):
            raise RecordInvalid(f"term {name!r} must be a string or an object", self.FILE)
        iri = definition.get("@id") or definition.get("@reverse") or name
        kind = definition.get("@type")
        is_link = kind in ("@id", "@vocab") or "@reverse" in definition
        container = definition.get("@container", [])
        containers = container if isinstance(container, list) else [container]
        if "@list" in containers:
            raise RecordInvalid(f"term {name!r}: @list cannot reach a release", self.FILE)
        datatype = self.expand(kind) if isinstance(kind, str) and not is_link else None
        return Term(name, self.expand(iri), is_link, "@language" in containers, datatype)


def _nearest(name: str, context: Context) -> str:
    found = get_close_matches(name, context.terms, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""
