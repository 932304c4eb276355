"""A citation as reference managers read it: BibTeX, RIS, CSL-JSON; and its answer as CSV."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime

import pyoxigraph as ox

from erqi_kg.engine.commas import write_csv
from erqi_kg.web.citing.citation import Citation
from erqi_kg.web.http.formats import CSV, JSON_RESULTS

BIBTEX = "application/x-bibtex"
RIS = "application/x-research-info-systems"
CSL = "application/vnd.citationstyles.csl+json"

AUTHOR = "Erqi Knowledge Graph contributors"
_NOT_IN_BIBTEX = re.compile(r"[\\{}$&#%_^~]")
_BIBTEX = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}


def title_of(citation: Citation, language: str) -> str:
    """Return what a citation is called: the question, or what came of the reader's query."""
    if language in citation.titles:
        return citation.titles[language]
    return {"zh": "SPARQL 查询的答案", "en": "Answer to a SPARQL query"}[language]


def note_of(citation: Citation) -> str:
    """Return what identifies the answer: release, size and digest."""
    rows = "1 solution" if citation.count == 1 else f"{citation.count} solutions"
    return (
        f"{rows} on release {citation.release}, built {citation.release_built[:10]}; "
        f"SHA-256 of the solutions {citation.answer_digest}"
    )


def bibtex(citation: Citation, iri: str) -> str:
    """Return a BibTeX entry."""
    when = datetime.fromisoformat(citation.cited)
    fields = {
        "author": f"{{{AUTHOR}}}",
        "title": f"{{{_bibtex_text(title_of(citation, 'en'))}}}",
        "year": f"{when:%Y}",
        "month": f"{when:%b}".lower(),
        "howpublished": "Dataset query",
        "url": iri,
        "note": _bibtex_text(note_of(citation)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    return "@misc{erqi-" + citation.id + ",\n" + ",\n".join(lines) + "\n}\n"


def ris(citation: Citation, iri: str) -> str:
    """Return a record of the RIS format."""
    when = datetime.fromisoformat(citation.cited)
    fields = [
        ("TY", "DATA"),
        ("AU", AUTHOR),
        ("TI", title_of(citation, "en")),
        ("PY", f"{when:%Y}"),
        ("DA", f"{when:%Y/%m/%d}"),
        ("UR", iri),
        ("N1", note_of(citation)),
        ("ER", ""),
    ]
    return "".join(f"{name}  - {' '.join(value.split())}\r\n" for name, value in fields)


def csl(citation: Citation, iri: str) -> str:
    """Return an item of CSL-JSON."""
    when = datetime.fromisoformat(citation.cited)
    item = {
        "id": f"erqi-{citation.id}",
        "type": "dataset",
        "title": title_of(citation, "en"),
        "author": [{"literal": AUTHOR}],
        "issued": {"date-parts": [[when.year, when.month, when.day]]},
        "URL": iri,
        "version": citation.release,
        "note": note_of(citation),
    }
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def answer_csv(citation: Citation, iri: str) -> str:
    """Return the cited answer as CSV; of ASK, the word."""
    if "boolean" in citation.answer:
        return json.dumps(citation.answer["boolean"])
    found = ox.parse_query_results(
        json.dumps(citation.answer).encode(), format=ox.QueryResultsFormat.JSON
    )
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("solutions were cited")
    output = io.BytesIO()
    write_csv(found, output)
    return output.getvalue().decode("utf-8")


def answer_json(citation: Citation, iri: str) -> str:
    """Return the cited answer as SPARQL 1.1 JSON results."""
    return json.dumps(citation.answer, ensure_ascii=False) + "\n"


WRITERS: Mapping[str, Callable[[Citation, str], str]] = {
    JSON_RESULTS: answer_json,
    CSV: answer_csv,
    BIBTEX: bibtex,
    RIS: ris,
    CSL: csl,
}
"""By media type; each is given the citation and its IRI."""
SHORT_NAMES: Mapping[str, str] = {
    "json": JSON_RESULTS,
    "csv": CSV,
    "bib": BIBTEX,
    "ris": RIS,
    "csl": CSL,
}


def _bibtex_text(text: str) -> str:
    return _NOT_IN_BIBTEX.sub(lambda found: _BIBTEX.get(found[0], f"\\{found[0]}"), text)
