"""Read the values of settings from the environment and a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import Field
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

from erqi_kg.errors import UsageError

SETTINGS_FILE_VARIABLE = "ERQI_SETTINGS"
_PREFIX = "ERQI_"
_KINDS = {"int": "a whole number, such as 10", "float": "a number, such as 2.5", "bool": "0 or 1"}
_TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def variable_name(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"{_PREFIX}{name.upper()}"


def read_values(settings: Iterable[Field[Any]], environ: Mapping[str, str]) -> dict[str, Any]:
    """Return what the file and the environment say of the settings, by name, parsed.

    Raises:
        UsageError: an unknown name, or a value of the wrong type, too small or refused.
    """
    known = {variable_name(item.name): item for item in settings}
    _refuse_unknown(
        (name for name in environ if name.startswith(_PREFIX)),
        [*known, SETTINGS_FILE_VARIABLE],
        "the environment",
    )
    names = [item.name for item in known.values()]
    texts = _file_values(environ.get(SETTINGS_FILE_VARIABLE), names)
    texts |= {known[name].name: text for name, text in environ.items() if name in known and text}
    return {
        item.name: _parse(item, texts[item.name]) for item in known.values() if item.name in texts
    }


def _file_values(path: str | None, names: Collection[str]) -> dict[str, Any]:
    if not path:
        return {}
    try:
        loaded = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{SETTINGS_FILE_VARIABLE}: cannot read {path}: {error}") from error
    values = {str(key).lower().removeprefix("erqi_"): value for key, value in loaded.items()}
    _refuse_unknown(values, names, path)
    return values


def _refuse_unknown(names: Iterable[str], known: Collection[str], place: str) -> None:
    for name in sorted(set(names) - set(known)):
        near = get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise UsageError(
            f"{place}: unknown setting {name}; did you mean {near}? "
            "`erqi-kg serve --help` lists all"
        )


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTHS:
        raise ValueError(text)
    return _TRUTHS[text.lower()]


def _reader(kind: str) -> Callable[[str], object]:
    readers: dict[str, Callable[[str], object]] = {"int": int, "float": float, "bool": _truth}
    return Path if kind.startswith("Path") else readers.get(kind, str)


def _parse(setting: Field[Any], value: object) -> object:
    variable, kind, text = variable_name(setting.name), str(setting.type), str(value)
    try:
        parsed = _reader(kind)(text)
    except ValueError as error:
        raise UsageError(f"{variable}: {text!r} is not {_KINDS[kind]}") from error
    least, check = setting.metadata["least"], setting.metadata["check"]
    if isinstance(parsed, float) and not isfinite(parsed):
        raise UsageError(f"{variable}: {text} is not a finite number")
    if least is not None and isinstance(parsed, int | float) and parsed < least:
        raise UsageError(f"{variable}: {text} is too small; the least is {least}")
    fault = check(text) if check else None
    if fault:
        raise UsageError(f"{variable}: {fault}")
    return parsed
