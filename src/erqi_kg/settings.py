"""The settings: one definition makes the environment, the TOML file, the checks and the docs.

A value comes from the environment (`ERQI_…`), else from the TOML file named by
`ERQI_SETTINGS`, else from the default here.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

from erqi_kg.errors import UsageError
from erqi_kg.namespaces import DEFAULT_BASE_IRI

SETTINGS_FILE_VARIABLE = "ERQI_SETTINGS"
HIGHEST_PORT = 65535
_PREFIX = "ERQI_"
_KINDS = {"int": "a whole number, such as 10", "float": "a number, such as 2.5", "bool": "0 or 1"}
PLAIN_DIR = "plain"
_CONTACT = re.compile(r"(mailto:[^@\s<>\"]+@[^@\s<>\"]+|https?://[^\s<>\"{}|^`\\]+)?")


def _about(text: str, *, least: float | None = None) -> dict[str, object]:
    return {"help": text, "least": least}


@dataclass(frozen=True)
class Settings:
    """All settings with their stated defaults; read once, passed down."""

    store_dir: Path = field(default=Path("store"), metadata=_about("directory of the releases"))
    project_dir: Path = field(
        default=Path(), metadata=_about("directory with ontology/, data/ and queries/ (build)")
    )
    base_iri: str = field(
        default=DEFAULT_BASE_IRI,
        metadata=_about("prefix of all IRIs (build; recorded in the release)"),
    )
    source_texts: Path | None = field(
        default=None,
        metadata=_about(
            "directory of the source texts; without it the gates that need them do not run"
        ),
    )
    host: str = field(default="127.0.0.1", metadata=_about("address to listen on"))
    port: int = field(default=7878, metadata=_about("port to listen on", least=1))
    workers: int = field(default=2, metadata=_about("web processes", least=1))
    threads: int = field(
        default=48, metadata=_about("requests a web process answers at once", least=1)
    )
    executors: int = field(
        default=2, metadata=_about("queries evaluated at once, for each web process", least=1)
    )
    spare_executors: int = field(
        default=1, metadata=_about("idle executors kept ready to replace a killed one", least=0)
    )
    queue: int = field(
        default=32, metadata=_about("queries that may wait, for each web process", least=0)
    )
    queue_wait_s: float = field(
        default=5.0, metadata=_about("longest wait in the queue, in seconds", least=0.0)
    )
    client_queries: int = field(
        default=16,
        metadata=_about(
            "queries of one client, running and waiting, for each web process; more get 429",
            least=1,
        ),
    )
    trusted_proxy: str = field(
        default="",
        metadata=_about(
            "addresses or networks of reverse proxies, with commas between; their "
            "X-Forwarded-For says who the client is"
        ),
    )
    cache_mb: int = field(
        default=64,
        metadata=_about(
            "answers kept for those who ask again, in MiB, for each web process; 0 keeps none",
            least=0,
        ),
    )
    query_timeout_s: float = field(
        default=10.0, metadata=_about("longest evaluation of a query, in seconds", least=0.05)
    )
    query_memory_mb: int = field(
        default=1024, metadata=_about("memory a query may add, in MiB", least=16)
    )
    query_nesting: int = field(
        default=200, metadata=_about("deepest nesting of brackets in a query", least=8)
    )
    query_chain: int = field(
        default=2500,
        metadata=_about(
            "longest chain of operators, patterns or groups in a query, in links", least=1000
        ),
    )
    max_query_bytes: int = field(
        default=1_000_000, metadata=_about("largest query text, in bytes", least=1)
    )
    max_answer_mb: int = field(default=512, metadata=_about("largest answer, in MiB", least=1))
    jsonld_triples: int = field(
        default=20_000,
        metadata=_about(
            "triples of the largest JSON-LD answer written with short names; a larger one stays "
            "expanded",
            least=0,
        ),
    )
    resident_mb: int = field(
        default=4096,
        metadata=_about(
            "memory for the in-memory copy of a release, in MiB; a larger one is read from disk",
            least=0,
        ),
    )
    update_token: str | None = field(
        default=None,
        metadata=_about("bearer token of those who may write; without it writing is off"),
    )
    plain: bool = field(
        default=False,
        metadata=_about(
            "1: serve a store of its own, empty at first, as a general SPARQL server instead"
        ),
    )
    update_timeout_s: float = field(
        default=30.0, metadata=_about("longest evaluation of an update, in seconds", least=0.05)
    )
    max_upload_mb: int = field(
        default=64, metadata=_about("largest RDF document or update, in MiB", least=1)
    )
    workspace_quads: int = field(
        default=100_000, metadata=_about("quads in all workspace graphs together", least=0)
    )
    workspace_graphs: int = field(
        default=100, metadata=_about("number of workspace graphs", least=0)
    )
    commit_log_mb: int = field(
        default=1024,
        metadata=_about("largest commit log, after it was folded, in MiB", least=1),
    )
    contact: str = field(
        default="",
        metadata=_about("where the operator is reached: mailto: with an address, or a URL"),
    )
    releases_kept: int = field(
        default=3, metadata=_about("releases kept when a new one is published", least=1)
    )

    @property
    def served_dir(self) -> Path:
        """Return the store directory that is served: in plain mode one of its own."""
        return self.store_dir / PLAIN_DIR if self.plain else self.store_dir

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from the environment and the TOML file.

        Raises:
            UsageError: an unknown name, or a value of the wrong type or too small.
        """
        environ = os.environ if environ is None else environ
        values = _file_values(environ.get(SETTINGS_FILE_VARIABLE))
        known = {variable_name(item.name): item for item in fields(cls)}
        _refuse_unknown(
            (name for name in environ if name.startswith(_PREFIX)),
            [*known, SETTINGS_FILE_VARIABLE],
            "the environment",
        )
        for name, text in environ.items():
            if name in known and text != "":
                values[known[name].name] = text
        parsed: dict[str, Any] = {
            item.name: _parse(item.name, str(item.type), values[item.name], item.metadata["least"])
            for item in fields(cls)
            if item.name in values
        }
        return cls(**parsed)


def variable_name(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"ERQI_{name.upper()}"


def settings_table() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of every setting, for the docs and `--help`."""
    return [
        (
            variable_name(item.name),
            "" if item.default is None else str(item.default),
            item.metadata["help"],
        )
        for item in fields(Settings)
    ]


def _file_values(path: str | None) -> dict[str, Any]:
    if not path:
        return {}
    try:
        loaded = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{SETTINGS_FILE_VARIABLE}: cannot read {path}: {error}") from error
    known = {item.name for item in fields(Settings)}
    values = {str(key).lower().removeprefix("erqi_"): value for key, value in loaded.items()}
    _refuse_unknown(values, known, path)
    return values


def _refuse_unknown(names: Iterable[str], known: Collection[str], place: str) -> None:
    for name in sorted(set(names) - set(known)):
        near = get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise UsageError(
            f"{place}: unknown setting {name}; did you mean {near}? "
            "`erqi-kg serve --help` lists all"
        )


def _truth(text: str) -> bool:
    truths = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in truths:
        raise ValueError(text)
    return truths[text.lower()]


def _parse(name: str, kind: str, value: object, least: float | None) -> object:
    variable = variable_name(name)
    text = str(value)
    parsed: object
    try:
        if kind.startswith("Path"):
            parsed = Path(text)
        elif kind == "int":
            parsed = int(text)
        elif kind == "float":
            parsed = float(text)
        elif kind == "bool":
            parsed = _truth(text)
        else:
            parsed = text
    except ValueError as error:
        raise UsageError(f"{variable}: {text!r} is not {_KINDS[kind]}") from error
    if isinstance(parsed, float) and not isfinite(parsed):
        raise UsageError(f"{variable}: {text} is not a finite number")
    if name == "port" and isinstance(parsed, int) and parsed > HIGHEST_PORT:
        raise UsageError(f"{variable}: {text} is too large; the most is {HIGHEST_PORT}")
    if least is not None and isinstance(parsed, int | float) and parsed < least:
        raise UsageError(f"{variable}: {text} is too small; the least is {least}")
    if name == "base_iri" and not (text.startswith(("http://", "https://")) and text[-1] == "/"):
        raise UsageError(f"{variable}: {text!r} must be an http(s) IRI that ends with a slash")
    if name == "contact" and not _CONTACT.fullmatch(text):
        raise UsageError(f"{variable}: {text!r} is neither mailto: with an address nor a URL")
    return parsed
