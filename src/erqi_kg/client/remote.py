"""Ask any SPARQL 1.1 endpoint, through SPARQLWrapper."""

from __future__ import annotations

from urllib.error import HTTPError, URLError

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from erqi_kg import __version__
from erqi_kg.errors import BadRequest, EngineUnavailable

FORMATS = {
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
}
"""Short names of the answers one can ask for."""


def ask_endpoint(endpoint: str, text: str, media_type: str, timeout_s: float) -> bytes:
    """Return an endpoint's answer as it came.

    Raises:
        BadRequest: the endpoint refused the query; its own words are in the message.
        EngineUnavailable: it could not be reached, or failed.
    """
    wrapper = SPARQLWrapper(endpoint, agent=f"erqi-kg/{__version__}")
    wrapper.setQuery(text)
    wrapper.setMethod(POST)
    wrapper.setTimeout(max(1, round(timeout_s)))
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", media_type)
    try:
        with wrapper.query().response as response:
            body = response.read()
            return bytes(body)
    except SPARQLWrapperException as error:
        raise BadRequest(f"{endpoint} refused the query: {error}") from error
    except HTTPError as error:
        with error:
            said = error.read(2000).decode("utf-8", "replace")
        raise EngineUnavailable(f"{endpoint} answered {error.code}: {said}") from error
    except (URLError, OSError) as error:
        raise EngineUnavailable(f"{endpoint} cannot be reached: {error}") from error
