"""Medians, percentiles and ratios of measurements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least a share of the values do not pass (nearest rank).

    Raises:
        ValueError: no values, or a share outside 0 to 1.
    """
    if not values or not 0 <= share <= 1:
        raise ValueError("a percentile needs values, and a share from 0 to 1")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def paired_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of rounds that ran one after the other.

    Raises:
        ValueError: the rounds are not pairs, or a peer did nothing in one.
    """
    if not ours or len(ours) != len(theirs) or 0 in theirs:
        raise ValueError("each round needs its pair, and a rate above 0")
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))
