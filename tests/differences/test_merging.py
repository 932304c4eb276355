from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.differences.merging import differences, quad_of

SUBJECTS = ("<urn:a>", "<urn:a/b>", "<urn:ab>", "<urn:b>")
LINE = st.builds(
    lambda subject, number, graph: f'{subject} <urn:p> "{number} . é" <urn:{graph}> .\n'.encode(),
    st.sampled_from(SUBJECTS),
    st.integers(0, 3),
    st.sampled_from("gh"),
)
DUMPS = st.sets(LINE, max_size=20)


@given(DUMPS, DUMPS)
def test_what_is_removed_and_added_leads_from_one_dump_to_the_other(
    before: set[bytes], after: set[bytes]
) -> None:
    found = list(differences(sorted(before), sorted(after)))
    removed = {line for one in found for line in one.removed}
    added = {line for one in found for line in one.added}
    assert removed == before - after
    assert added == after - before


@given(DUMPS, DUMPS)
def test_each_subject_comes_once_with_all_its_lines(before: set[bytes], after: set[bytes]) -> None:
    found = {one.subject: one for one in differences(sorted(before), sorted(after))}
    for subject in SUBJECTS:
        key = f"{subject} ".encode()
        old = {line for line in before if line.startswith(key)}
        new = {line for line in after if line.startswith(key)}
        one = found.get(key[:-1])
        assert (one is None) is (old == new)
        if one is not None:
            assert (set(one.before), set(one.after)) == (old, new)
            expected = "changed" if old and new else "added" if new else "removed"
            assert one.kind == expected


def test_a_line_comes_apart_into_its_terms() -> None:
    quad = quad_of('<urn:s> <urn:p> "a . <b> \\" 二"@zh <urn:g> .\n'.encode())
    assert (quad.subject, quad.predicate) == ("<urn:s>", "<urn:p>")
    assert (quad.object, quad.graph) == ('"a . <b> \\" 二"@zh', "<urn:g>")
