"""Write what came of the suites: EARL for programs, a page for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tests.conformance.cases import NOT_RUN
from tests.conformance.engines import OXIGRAPH, RDFLIB_ENDPOINT
from tests.conformance.suites import RDFLIB, SHA256
from tests.conformance.verdicts import PROTOCOL_GROUPS, Verdict, known_failures

HOME = "https://w3id.org/erqi/"
Run = Mapping[str, Sequence[Verdict]]
"""The verdicts of each engine."""


def earl(verdicts: Sequence[Verdict]) -> str:
    """Return the verdicts on this service in the Evaluation and Report Language (Turtle)."""
    manifests = sorted({verdict.iri.partition("#")[0] for verdict in verdicts})
    prefixes = {manifest: f"m{number}" for number, manifest in enumerate(manifests)}
    lines = [
        "# Written by make conformance.",
        "@prefix earl: <http://www.w3.org/ns/earl#> .",
        "@prefix doap: <http://usefulinc.com/ns/doap#> .",
        *(f"@prefix {prefix}: <{manifest}#> ." for manifest, prefix in prefixes.items()),
        f'<{HOME}> a doap:Project , earl:TestSubject , earl:Software ; doap:name "erqi-kg" .',
    ]
    for verdict in sorted(verdicts, key=lambda verdict: verdict.iri):
        manifest, _, name = verdict.iri.partition("#")
        outcome = "passed" if verdict.passed else "failed"
        lines.append(
            f"[] a earl:Assertion ; earl:assertedBy <{HOME}> ; earl:mode earl:automatic ; "
            f"earl:subject <{HOME}> ; earl:test {prefixes[manifest]}:{name} ; "
            f"earl:result [ a earl:TestResult ; earl:outcome earl:{outcome} ] ."
        )
    return "\n".join(lines) + "\n"


def page(run: Run) -> str:
    """Return the page of the documentation."""
    listed = known_failures()
    return _PAGE.format(
        rdflib=RDFLIB,
        digest=SHA256,
        oxigraph=OXIGRAPH,
        rdflib_endpoint=RDFLIB_ENDPOINT,
        left_out="\n".join(f"- `{group}`: {reason}." for group, reason in NOT_RUN.items()),
        language=_table(run, protocol=False),
        protocol=_table(run, protocol=True),
        failed_protocol=_failures(run),
        listed="\n".join(
            f"| `{'`, `'.join(_short(iri) for iri in sorted(cases))}` | {reason} |"
            for reason, cases in _by_reason(listed).items()
        ),
    )


def _table(run: Run, *, protocol: bool) -> str:
    groups = list(dict.fromkeys(v.group for verdicts in run.values() for v in verdicts
                                if (v.group in PROTOCOL_GROUPS) == protocol))  # fmt: skip
    lines = [
        f"| group | cases | {' | '.join(run)} |",
        f"| --- | ---: |{' ---: |' * len(run)}",
    ]
    for group in groups:
        lines.append(_row(group, run, [group]))
    lines.append(_row("**all**", run, groups))
    return "\n".join(lines)


def _row(name: str, run: Run, groups: Sequence[str]) -> str:
    cells, cases = [], 0
    for verdicts in run.values():
        count = Counter(verdict.passed for verdict in verdicts if verdict.group in groups)
        cases = count.total()
        cells.append(
            f"{count[True]}" if not count[False] else f"{count[True]}, {count[False]} failed"
        )
    return f"| {name} | {cases} | {' | '.join(cells)} |"


def _failures(run: Run) -> str:
    lines = []
    for engine, verdicts in run.items():
        failed = [_short(v.iri) for v in verdicts if v.is_protocol and not v.passed]
        said = f"`{'`, `'.join(failed)}`" if failed else "none"
        lines.append(f"- {engine}: {said}")
    return "\n".join(lines)


def _by_reason(listed: Mapping[str, str]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for iri, reason in listed.items():
        reasons.setdefault(reason, []).append(iri)
    return reasons


def _short(iri: str) -> str:
    place, _, name = iri.partition("/manifest#")
    return f"{place.rpartition('/')[2]}#{name}"


_PAGE = """\
# Conformance

The W3C's suites for SPARQL, run over HTTP against this service in plain mode, and beside it against
Oxigraph's server {oxigraph} and rdflib-endpoint {rdflib_endpoint}. Written by

```
make conformance
```

which also writes [conformance.ttl](conformance.ttl): the verdicts on this service, case by case, in
EARL.
`make check` runs the suites against this service and Oxigraph's server again and fails when a
case fails that is not in the list below, when a listed one passes, when a case of the protocols
fails, and when Oxigraph's server passes one that this service does not.

## Query and update language

The SPARQL 1.1 suite and the SPARQL 1.0 suite (data-r2), as rdflib {rdflib}'s source distribution
holds them
(SHA-256 `{digest}`), taken from the
package index at test time; nothing of them stands in this repository. For each case the store is
emptied and filled with the case's data, the query is asked in the format of the expected result,
and solutions and graphs are compared up to the names of blank nodes, in order where the result
states one. A number equals another of the same datatype and value. A syntax case is about the
syntax: an update that reads, but is refused or finds no graph, passed. A query names its file as
the base.

{language}

Left out:

{left_out}

## Known failures

| case | reason |
| --- | --- |
{listed}

Each is the engine's, so Oxigraph's server, which shares it, fails it too.

## Protocol, graph store, service description

The manifests of these suites name the cases without their requests, so the requests are this
project's own: `tests/conformance/protocol.toml`.

{protocol}

Failed:

{failed_protocol}

rdflib-endpoint has no graph store. It runs with rdflib's `SPARQL_DEFAULT_GRAPH_UNION` off:
with it on, as by default, it takes no update of the default graph.
"""
