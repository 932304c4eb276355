"""How terms look on pages: their label in the reader's language, their link, their short form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from markupsafe import Markup, escape

from erqi_kg.namespaces import Names
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import ask
from erqi_kg.web.showing.foreign import license_name
from erqi_kg.web.showing.language import LANGUAGES, message, tag_of
from erqi_kg.web.showing.numbers import compact, grouped
from erqi_kg.web.showing.positions import told_position
from erqi_kg.web.showing.terms import Term
from erqi_kg.web.showing.vocabulary import Vocabulary, composed_labels, labels_from

_ELSEWHERE = {
    "elsewhere.wikidata": "http://www.wikidata.org/entity/",
    "elsewhere.geonames": "https://sws.geonames.org/",
    "elsewhere.data-commons": "https://datacommons.org/place/wikidataId/",
}
_WEB = ("http://", "https://")
_MOST_LABELS = 600
_TEXT_BYTES = 4_000
"""Room for the text of `labels.rq` itself."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_LAST_PART = re.compile(r"[^/#]+/?$")


@dataclass(frozen=True)
class Text:
    """A piece of text and its language, `""` for none."""

    text: str
    language: str = ""


@dataclass
class Display:
    """Shows terms to one reader."""

    names: Names
    language: str
    vocabulary: Vocabulary
    labels: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _links: dict[str, Markup] = field(default_factory=dict)

    @classmethod
    def for_reader(cls, language: str) -> Display:
        """Return the display of the served release for a reader of a language."""
        release = service().release
        names = Names(release.manifest.base_iri)
        vocabulary = service().vocabularies.of(release.id, lambda: ask("vocabulary"), names)
        return cls(names, language, vocabulary)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes that shorten IRIs."""
        return self.names.prefixes()

    def learn(self, iris: Iterable[str]) -> None:
        """Ask for the labels of all IRIs of a page that are not known yet, in one query."""
        unknown = sorted(
            iri
            for iri in set(iris)
            if iri not in self.labels
            and iri not in self.vocabulary.labels
            and iri.startswith(self.names.base_iri)
        )
        if unknown:
            self._links.clear()
            asked = self._that_fit(unknown[:_MOST_LABELS])
            solutions = ask(
                "labels", values={"term": asked, "unnamed": filter(self._is_deep, asked)}
            )
            self.labels |= labels_from(one for one in solutions if "term" in one)
            composed = composed_labels(solutions, self.labels_of)
            self.labels |= {iri: texts for iri, texts in composed.items() if iri not in self.labels}

    def _that_fit(self, iris: Sequence[str]) -> list[str]:
        """Return as many IRIs as one query may hold; the rest keep their short forms."""
        left = service().settings.max_query_bytes - _TEXT_BYTES
        fitting = []
        for iri in iris:
            left -= (len(iri.encode()) + len("<> ")) * (2 if self._is_deep(iri) else 1)
            if left < 0:
                break
            fitting.append(iri)
        return fitting

    def labels_of(self, iri: str) -> Mapping[str, str]:
        """Return what is known to be the name of an IRI, by language."""
        return self.labels.get(iri) or self.vocabulary.labels.get(iri) or {}

    def _is_deep(self, iri: str) -> bool:
        """Say whether an id has so many segments that nobody may have named it."""
        return iri.removeprefix(self.names.things).count("/") > 1

    def label(self, iri: str) -> Text:
        """Return what to call an IRI: a label in the reader's language, else in another."""
        return self.label_in(iri, self.language)

    def label_in(self, iri: str, language: str) -> Text:
        """Return a label, in this language where there is one."""
        return chosen_text(self.labels_of(iri), language) or Text(self._foreign_name(iri, language))

    def has_label(self, iri: str) -> bool:
        """Say whether anybody has named this IRI."""
        return bool(self.labels_of(iri))

    def _foreign_name(self, iri: str, language: str) -> str:
        """Return an IRI of a known place as its name and the id there, else the short form."""
        for key, start in _ELSEWHERE.items():
            if iri.startswith(start):
                return f"{message(key, language)} {iri.removeprefix(start).strip('/')}"
        named = license_name(iri)
        return named if named != iri else self.short(iri)

    def short(self, iri: str) -> str:
        """Return an IRI as a prefixed name, or as it is."""
        best = ""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and len(namespace) > len(best):
                best, name = namespace, f"{prefix}:{iri.removeprefix(namespace)}"
        return name if best and iri != best else iri

    def last_part(self, iri: str) -> str:
        """Return the last segment of an IRI, for where space is short."""
        found = _LAST_PART.search(iri)
        return found[0] if found else iri

    def href(self, iri: str) -> str:
        """Return where a link to an IRI leads; "" for what must not be a link."""
        names = self.names
        if iri.startswith(names.things):
            return "/doc/" + quote(iri.removeprefix(names.things), safe="/")
        if iri.startswith(names.base_iri):
            return "/" + quote(iri.removeprefix(names.base_iri), safe="/#")
        return iri if iri.lower().startswith(_WEB) else ""

    def link(self, iri: str) -> Markup:
        """Return an IRI by its label, as a link where it may be one; most stand on a page often."""
        found = self._links.get(iri)
        if found is None:
            name = self.label(iri)
            found = self._links[iri] = self.link_named(iri, name.text, name.language)
        return found

    def link_named(self, iri: str, text: str, language: str) -> Markup:
        """Return a link to an IRI by another name."""
        tag = f' lang="{escape(tag_of(language))}"' if language else ""
        title, shown, href = escape(iri), escape(text), self.href(iri)
        if not href:
            return Markup(f'<span title="{title}"{tag}>{shown}</span>')
        outward = "" if self.is_ours(iri) else ' rel="external noopener"'
        return Markup(f'<a href="{escape(href)}" title="{title}"{outward}{tag}>{shown}</a>')

    def is_ours(self, iri: str) -> bool:
        """Say whether an IRI is under the base IRI of this graph."""
        return iri.startswith(self.names.base_iri)

    def number(self, term: Term) -> str:
        """Return a number with its digits in groups of three; counts below 10,000 as they are."""
        plain = term.value.lstrip("+-").isdigit() and len(term.value) < 5
        return term.value if plain else grouped(term.value)

    def position(self, term: Term) -> str:
        """Return where a point is, in words; "" for what is no point."""
        return told_position(term, self.language)

    def amount(self, term: Term) -> str:
        """Return a number that counts something in words of its size, or else its digits."""
        return compact(term.value, self.language) or self.number(term)


def chosen_text(texts: Mapping[str, str], language: str) -> Text | None:
    """Return the text in a language, else in another language, else None."""
    for wanted in (language, *LANGUAGES, *texts):
        if wanted in texts:
            return Text(texts[wanted], wanted)
    return None


def in_language(terms: Sequence[Term], language: str) -> list[Term]:
    """Return the terms for a reader: of texts in several languages only those in theirs."""
    own = [term for term in terms if term.language.partition("-")[0].lower() == language]
    return [term for term in terms if not term.language or not own or term in own]


def is_han(text: str) -> bool:
    """Say whether a text without a language tag is Chinese, by its characters."""
    return bool(_HAN.search(text))


def breakable(name: str) -> Markup:
    """Return a long name that may be broken after its slashes and hyphens."""
    return Markup(re.sub(r"([/-])", r"\1<wbr>", str(escape(name))))
