from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.sparql.tokens import Lines, Position, tokens

SPACE_AND_COMMENTS = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
PIECES = st.lists(
    st.sampled_from(
        ["<", ">", '"', "'", '"""', "'''", "\\", "#", "\n", " ", "(", ")", "{", "}", "<a>", "?x",
         "a:b", ":", ".", "1", "FILTER", "SELECT", "@en", "<<", ">>", "\\u0041", "二七", "é"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


def texts(sparql: str) -> list[str]:
    return [token.text for token in tokens(sparql)]


@pytest.mark.parametrize(
    ("sparql", "expected"),
    [
        ("SELECT*{?s ?p ?o}", ["SELECT", "*", "{", "?s", "?p", "?o", "}"]),
        ("ASK # { ?x\n{}", ["ASK", "{", "}"]),
        ("?a<http://x/a#b>?c", ["?a", "<http://x/a#b>", "?c"]),
        ("FILTER(?a<?b&&?c>?d)", ["FILTER", "(", "?a", "<", "?b", "&&", "?c", ">", "?d", ")"]),
        ("FILTER(1<2)#>'", ["FILTER", "(", "1", "<", "2", ")"]),
        ("FILTER(?a<=<http://x>)", ["FILTER", "(", "?a", "<=", "<http://x>", ")"]),
        ("FILTER(?a<<http://x>)", ["FILTER", "(", "?a", "<", "<http://x>", ")"]),
        (
            "FILTER(?a IN (<a#>, <b#>))",
            ["FILTER", "(", "?a", "IN", "(", "<a#>", ",", "<b#>", ")", ")"],
        ),
        ("?s ?p (1 <a#b> 2)", ["?s", "?p", "(", "1", "<a#b>", "2", ")"]),
        (
            "VALUES (?x ?y) {(1 <a#b>)}",
            ["VALUES", "(", "?x", "?y", ")", "{", "(", "1", "<a#b>", ")", "}"],
        ),
        ("'a' \"b\"@en '''c'd'''", ["'a'", '"b"', "@en", "'''c'd'''"]),
        ('"""a""b"""', ['"""a""b"""']),
        (r"'a\'b'", [r"'a\'b'"]),
        (r"ex:a\'b ex:c", [r"ex:a\'b", "ex:c"]),
        ("a-b:c.d", ["a-b:c.d"]),
        ("_:b1 $v 1.5e3 .5", ["_:b1", "$v", "1.5e3", ".5"]),
        ("<< ?s ?p ?o >>", ["<<", "?s", "?p", "?o", ">>"]),
        ("<<( ?s ?p ?o )>>", ["<<(", "?s", "?p", "?o", ")>>"]),
        ('("""x")', ["(", '""', '"x"', ")"]),
        ("'open", ["'open"]),
    ],
)
def test_a_text_is_split_as_the_engine_reads_it(sparql: str, expected: list[str]) -> None:
    assert texts(sparql) == expected


@given(PIECES | st.text(max_size=60))
def test_between_tokens_stand_only_space_and_comments(sparql: str) -> None:
    end = 0
    for token in tokens(sparql):
        assert sparql[token.start :].startswith(token.text)
        assert SPACE_AND_COMMENTS.fullmatch(sparql, end, token.start)
        end = token.start + len(token.text)
    assert SPACE_AND_COMMENTS.fullmatch(sparql, end)


@pytest.mark.parametrize(
    "piece",
    ["a.", "<a", "\\'", '"""\\"\n', "\\\"\"\"\n", "?s ?p 'o' . ", "(", "<<(", "a:b ", "FILTER(1<2)",
     "#\n", "'''", "@a-", "_:a.", "1.", "\\u0041", "é "],
)  # fmt: skip
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(length: int) -> float:
        sparql = (piece * length)[:length]
        started = time.process_time()
        for _ in tokens(sparql):
            pass
        return time.process_time() - started

    assert seconds(200_000) < 2.0


@given(st.text(alphabet="ab\n\r", max_size=30), st.integers(0, 30))
def test_an_offset_and_its_line_and_column_say_the_same(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    lines = Lines(text)
    place = lines.position(offset)
    assert lines.offset(place.line, place.column) == offset


def test_columns_count_code_points() -> None:
    assert Lines("# 二七\nASK").position(3) == Position(1, 4)
    assert Lines("# 二七\r\nASK").line(1) == "# 二七"
    assert Lines("ASK").line(7) == ""
