"""The same question from the command line and from three languages."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping


def with_values(text: str, bound: Mapping[str, str]) -> str:
    """Return a query that says itself what its parameters are, in a VALUES block of its pattern.

    Args:
        text: the query.
        bound: variable to term in N-Triples syntax.
    """
    if not bound:
        return text
    names = " ".join(f"?{name}" for name in bound)
    terms = " ".join(bound.values())
    block = f"VALUES ({names}) {{ ({terms}) }}"
    return re.sub(r"(WHERE\s*\{)", lambda match: f"{match[1]}\n  {block}", text, count=1)


def snippets_for(endpoint: str, text: str) -> list[tuple[str, str]]:
    """Return (language, program) pairs that ask an endpoint a query."""
    literal = json.dumps(text, ensure_ascii=False)
    python = f'''import io
import pandas as pd
import requests

query = """{text.replace(chr(92), chr(92) * 2).replace('"""', chr(92) + '"""')}"""
answer = requests.post("{endpoint}", data={{"query": query}}, headers={{"Accept": "text/csv"}})
answer.raise_for_status()
print(pd.read_csv(io.StringIO(answer.text)))
'''
    r = f'''library(httr2)

query <- {json.dumps(text, ensure_ascii=False)}
answer <- request("{endpoint}") |>
  req_headers(Accept = "text/csv") |>
  req_body_form(query = query) |>
  req_perform()
print(read.csv(text = resp_body_string(answer)))
'''
    javascript = f'''const query = {literal};
const answer = await fetch("{endpoint}", {{
  method: "POST",
  headers: {{ Accept: "application/sparql-results+json" }},
  body: new URLSearchParams({{ query }}),
}});
if (!answer.ok) throw new Error((await answer.json()).detail);
console.table((await answer.json()).results.bindings);
'''
    curl = (
        f"curl -sS '{endpoint}' -H 'Accept: text/csv' \\\n"
        f"  --data-urlencode {shlex.quote('query=' + text)}\n"
    )
    return [("curl", curl), ("Python", python), ("R", r), ("JavaScript", javascript)]
