from __future__ import annotations

import threading

import pytest

from erqi_kg.engine.turnstile import Turnstile
from erqi_kg.errors import Overloaded
from tests.engine.asking import wait_until


def test_queries_enter_in_the_order_they_came() -> None:
    turnstile = Turnstile(slots=1, queue=5, wait_s=10)
    entered: list[int] = []

    def pass_through(number: int) -> None:
        with turnstile.entered():
            entered.append(number)

    threads = [threading.Thread(target=pass_through, args=(number,)) for number in range(5)]
    with turnstile.entered():
        for count, thread in enumerate(threads, 1):
            thread.start()
            wait_until(lambda count=count: turnstile.waiting == count)
    for thread in threads:
        thread.join()
    assert entered == [0, 1, 2, 3, 4]
    assert (turnstile.inside, turnstile.waiting) == (0, 0)


def test_a_full_queue_and_a_long_wait_are_refused() -> None:
    turnstile = Turnstile(slots=1, queue=1, wait_s=0.05)
    with turnstile.entered():
        with pytest.raises(Overloaded, match="became free"), turnstile.entered():
            pass
        turnstile_full = Turnstile(slots=1, queue=0, wait_s=1)
        with turnstile_full.entered(), pytest.raises(Overloaded, match="0 queries wait"):
            turnstile_full.entered().__enter__()
    assert (turnstile.inside, turnstile.waiting) == (0, 0)


def test_an_error_inside_leaves_the_turnstile() -> None:
    turnstile = Turnstile(slots=1, queue=0, wait_s=0)
    with pytest.raises(ZeroDivisionError), turnstile.entered():
        _ = 1 / 0
    assert turnstile.inside == 0
