"""Where the service listens, with how many processes, and who is let in how often."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from erqi_kg.settings.definition import about

HIGHEST_PORT = 65535
REPORT_PLACES = (
    *("iri", "value", "release", "thing", "property", "source", "quote"),
    "text",
)
"""What the address for reports may name, in braces."""
_CONTACT = re.compile(r"(mailto:[^@\s<>\"]+@[^@\s<>\"]+|https?://[^\s<>\"{}|^`\\]+)?")


def _port_fault(text: str) -> str | None:
    too_large = int(text) > HIGHEST_PORT
    return f"{text} is too large; the most is {HIGHEST_PORT}" if too_large else None


def _contact_fault(text: str) -> str | None:
    if _CONTACT.fullmatch(text):
        return None
    return f"{text!r} is neither mailto: with an address nor a URL"


def _report_fault(text: str) -> str | None:
    if not text:
        return None
    if not text.startswith(("https://", "http://", "mailto:")) or re.search(r"[\s<>\"]", text):
        return f"{text!r} is neither mailto: with an address nor a URL"
    unknown = sorted(set(re.findall(r"\{([^{}]*)\}", text)) - set(REPORT_PLACES))
    if unknown:
        places = ", ".join(f"{{{name}}}" for name in REPORT_PLACES)
        return f"{{{unknown[0]}}} is no place; there are {places}"
    if re.search(r"[{}]", re.sub(r"\{[a-z]+\}", "", text)):
        return f"{text!r} has a brace without its other one"
    return None


@dataclass(frozen=True)
class ServingSettings:
    """Where the service listens, with how many processes, and who is let in how often."""

    host: str = field(default="127.0.0.1", metadata=about("address to listen on"))
    port: int = field(default=7878, metadata=about("port to listen on", least=1, check=_port_fault))
    workers: int = field(default=2, metadata=about("web processes", least=1))
    threads: int = field(
        default=48, metadata=about("requests a web process answers at once", least=1)
    )
    trusted_proxy: str = field(
        default="",
        metadata=about(
            "addresses or networks of reverse proxies, with commas between; their "
            "X-Forwarded-For says who the client is"
        ),
    )
    contact: str = field(
        default="",
        metadata=about(
            "where the operator is reached: mailto: with an address, or a URL",
            check=_contact_fault,
        ),
    )
    report_url: str = field(
        default="",
        metadata=about(
            "where errors are reported: a URL or mailto: with places such as {iri}, {value}, "
            "{release}, {quote}, {text}; none: ERQI_CONTACT",
            check=_report_fault,
        ),
    )
    plain: bool = field(
        default=False,
        metadata=about(
            "1: serve a store of its own, empty at first, as a general SPARQL server instead"
        ),
    )
    cache_mb: int = field(
        default=64,
        metadata=about(
            "answers kept for those who ask again, in MiB, for each web process; 0 keeps none",
            least=0,
        ),
    )
