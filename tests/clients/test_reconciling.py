"""A client of the reconciliation API in Python matches a column of names."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.servers import Server

PROGRAM = """
import json, sys
import pandas
from reconciler import reconcile

names = pandas.Series(["二七区", "41 01 03", "Zhengzhou", "邙山区", "eqq", "鼓楼区"], name="name")
found = reconcile(names, type_id="Division", reconciliation_endpoint=sys.argv[1])
print(found[["input_value", "id", "match", "score", "type_id"]].to_json(orient="records"))
"""
PROPERTIES = """
import sys
import pandas
from reconciler import reconcile

table = pandas.DataFrame({"name": ["鼓楼区", "西湖区"], "code": ["410204", "330106"]})
found = reconcile(table["name"], property_mapping={"code": table["code"]},
                  reconciliation_endpoint=sys.argv[1])
print(found[["input_value", "id", "match"]].to_json(orient="records"))
"""


def run(program: str, server: Server) -> list[dict]:
    """The client warns by itself of what its libraries will drop, so it runs on its own."""
    done = subprocess.run(
        [sys.executable, "-c", program, f"{server.url}/reconcile"],
        capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(found, list)
    return found


def test_names_codes_and_old_names_of_a_column_are_matched(server: Server) -> None:
    found = {one["input_value"]: one for one in run(PROGRAM, server)}
    matched = {name: one["id"] for name, one in found.items() if one["match"]}
    assert matched == {
        "二七区": "division/410103", "41 01 03": "division/410103",
        "Zhengzhou": "division/410100", "邙山区": "division/410108",
    }  # fmt: skip
    assert found["eqq"]["id"] == "division/410103"
    assert found["鼓楼区"]["score"] == 100
    assert {one["type_id"] for one in found.values()} == {"Division"}


def test_a_column_of_codes_tells_namesakes_apart(server: Server) -> None:
    found = run(PROPERTIES, server)
    assert [(one["id"], one["match"]) for one in found] == [
        ("division/410204", True), ("division/330106", True),
    ]  # fmt: skip
