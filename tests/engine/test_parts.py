from __future__ import annotations

import pytest

from erqi_kg.engine.parts import documents
from erqi_kg.errors import BadRequest

FORM = (
    b'--b\r\nContent-Disposition: form-data; name="a"; filename="a.ttl"\r\n'
    b"Content-Type: text/turtle\r\n\r\n<urn:a> <urn:b> '\xe4\xba\x8c\xe4\xb8\x83' .\r\n"
    b'--b\r\nContent-Disposition: form-data; name="b"\r\nContent-Type: application/n-triples\r\n'
    b"\r\n\r\n--b--\r\n"
)


def test_a_document_is_one() -> None:
    assert list(documents(b"x", "text/turtle")) == [("text/turtle", b"x")]


def test_each_part_of_a_form_is_a_document_as_it_was_sent() -> None:
    assert list(documents(FORM, "multipart/form-data; boundary=b")) == [
        ("text/turtle", "<urn:a> <urn:b> '二七' .".encode()),
        ("application/n-triples", b""),
    ]


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (FORM, "multipart/form-data"),
        (FORM, "multipart/form-data; boundary=other"),
        (FORM.removesuffix(b"--b--\r\n"), "multipart/form-data; boundary=b"),
        (b"", "multipart/form-data; boundary=b"),
    ],
    ids=["no boundary", "another boundary", "cut off", "empty"],
)
def test_a_broken_form_is_refused(body: bytes, media_type: str) -> None:
    with pytest.raises(BadRequest, match="form"):
        list(documents(body, media_type))
