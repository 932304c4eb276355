from __future__ import annotations

from pathlib import Path

import pytest
from bench.arithmetic import paired_ratio, percentile
from bench.comparison import Load, Result, _fill
from bench.driver import Round
from bench.report import PeerFacts, Report, goal_of, names_of


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.95, 5.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([1.0, 2.0, 3.0, 4.0], 0.5, 2.0),
        (list(range(1, 101)), 0.95, 95),
        (list(range(1, 101)), 1, 100),
        (list(range(1, 101)), 0, 1),
    ],
)
def test_a_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float):
    assert percentile(values, share) == expected


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.1), ([1.0], -0.1)])
def test_a_percentile_of_nothing_is_refused(values: list[float], share: float):
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def test_the_ratio_is_the_median_of_the_pairs_not_of_the_medians():
    assert paired_ratio([100, 10, 30], [50, 10, 10]) == 2
    assert paired_ratio([100, 10, 30], [100, 20, 10]) == 1


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1.0], [1.0, 2.0]), ([1.0], [0.0])])
def test_a_ratio_without_pairs_is_refused(ours: list[float], theirs: list[float]):
    with pytest.raises(ValueError, match="pair"):
        paired_ratio(ours, theirs)


def test_a_result_holds_the_rates_and_latencies_of_its_rounds():
    result = Result("point", "oxigraph-disk")
    ours = [Round(1.0, [0.001] * 40), Round(1.0, [0.003] * 20), Round(2.0, [0.002] * 60)]
    theirs = [Round(1.0, [0.002] * 10), Round(1.0, [0.002] * 20), Round(1.0, [0.002] * 10)]
    _fill(result, ours, theirs)
    assert (result.ours_rate, result.peer_rate) == (30, 10)
    assert result.ratios == [4, 1, 3]
    assert (result.ratio, result.ours_ms, result.ours_p95_ms) == (3, 2, 3)


@pytest.mark.parametrize(
    ("peer", "kind", "goal"),
    [("oxigraph-disk", "group", 4), ("fuseki", "search", 1), ("oxigraph-memory", "group", None)],
)
def test_goals_are_those_of_the_peer_and_kind(peer: str, kind: str, goal: float | None):
    assert goal_of(Result(kind, peer)) == goal


def test_the_report_names_what_was_missed_and_what_was_not_measured():
    report = Report("", {}, Load(), {})
    report.peers = [PeerFacts("fuseki", ""), PeerFacts("virtuoso", "", missing="no apt-get")]
    report.results = [Result("scan", "fuseki", 5, 10, 0.5)]
    text = report.to_markdown()
    assert "goals not reached: scan against fuseki 0.5 (goal 1)" in text
    assert "virtuoso was not measured: no apt-get" in text
    assert "| scan | 0.50 (≥ 1) |" in text


def test_an_unknown_peer_is_refused():
    with pytest.raises(ValueError, match="unknown: blazegraph"):
        names_of("fuseki,blazegraph", ["fuseki"])


def test_a_later_measurement_can_be_added_to_an_earlier_one(tmp_path: Path):
    data = {"size": 1, "seed": 1, "quads": 1, "triples": 1}
    first, second = (Report("", {}, Load(), dict(data)) for _ in range(2))
    first.results = [Result("point", "fuseki", ratio=1), Result("scan", "fuseki", ratio=2)]
    second.results = [Result("scan", "fuseki", ratio=3), Result("join", "virtuoso", ratio=4)]
    first.write(tmp_path / "stored.json")
    stored = (tmp_path / "stored.json").read_text(encoding="utf-8")
    second.add_missing(stored)
    found = [(one.kind, one.peer, one.ratio) for one in second.results]
    assert found == [("point", "fuseki", 1), ("join", "virtuoso", 4), ("scan", "fuseki", 3)]
    second.data["quads"] = 2
    with pytest.raises(ValueError, match="quads differs"):
        second.add_missing(stored)
