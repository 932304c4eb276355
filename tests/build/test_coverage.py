from __future__ import annotations

import pytest

from erqi_kg.build.detector import mentions
from erqi_kg.build.quotes import SourceText


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成282.8亿元。", [("number", "282.8亿")]),
        ("“三个二七”", [("number", "三"), ("phrase", "三个二七")]),
        ("《研究成果》", [("phrase", "研究成果")]),
        ("他说:“要建成‘城北园’,大家好!”", [("phrase", "城北园")]),
        ("在郑州举行", [("name", "郑州")]),
        ("大家都很高兴。", []),
    ],
)
def test_what_a_text_states_is_found_without_knowing_the_facts(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(mention.kind, mention.text) for mention in mentions(SourceText("s", text))] == expected
