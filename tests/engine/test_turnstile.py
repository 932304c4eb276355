from __future__ import annotations

import threading

import pytest

from erqi_kg.engine.turnstile import Turnstile
from erqi_kg.errors import Overloaded, QueryAbandoned, TooManyQueries
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


def queue_up(turnstile: Turnstile, clients: str, entered: list[str]) -> list[threading.Thread]:
    """Let one thread a letter pass through, in this order."""

    def pass_through(client: str) -> None:
        try:
            with turnstile.entered(client):
                entered.append(client)
        except (Overloaded, TooManyQueries) as error:
            entered.append(f"{client}: {type(error).__name__}")

    threads = []
    for client in clients:
        before = turnstile.waiting + len(entered)
        threads.append(threading.Thread(target=pass_through, args=(client,)))
        threads[-1].start()
        wait_until(lambda before=before: turnstile.waiting + len(entered) > before)
    return threads


def test_clients_take_turns_however_many_queries_one_sends() -> None:
    turnstile = Turnstile(slots=2, queue=9, wait_s=10)
    order: list[str] = []
    with turnstile.entered("a"):
        with turnstile.entered("b"):
            threads = queue_up(turnstile, "aaab", order)
        wait_until(lambda: len(order) == 4)
    for thread in threads:
        thread.join()
    assert order == [*"baaa"]


def test_a_client_with_nobody_inside_finds_a_reserved_place() -> None:
    turnstile = Turnstile(slots=1, queue=0, wait_s=1, reserved=1)
    with turnstile.entered("a"):
        with pytest.raises(Overloaded), turnstile.entered("a"):
            pass
        with turnstile.entered("b"), pytest.raises(Overloaded), turnstile.entered("c"):
            pass
        with turnstile.entered("c"):
            pass
    assert (turnstile.inside, turnstile.waiting) == (0, 0)


def test_a_client_past_its_own_number_is_told_so() -> None:
    turnstile = Turnstile(slots=1, queue=5, wait_s=1, of_one=2)
    entered: list[str] = []
    with turnstile.entered("a"):
        threads = queue_up(turnstile, "aab", entered)
        assert entered == ["a: TooManyQueries"]
    for thread in threads:
        thread.join()
    assert sorted(entered) == ["a", "a: TooManyQueries", "b"]


def test_in_a_full_queue_the_greediest_client_makes_place() -> None:
    turnstile = Turnstile(slots=1, queue=3, wait_s=10)
    entered: list[str] = []
    with turnstile.entered("x"):
        threads = queue_up(turnstile, "aaa", entered)
        threads += queue_up(turnstile, "b", entered)
        wait_until(lambda: entered == ["a: Overloaded"])
        with pytest.raises(Overloaded, match="3 queries wait"), turnstile.entered("b"):
            pass
    for thread in threads:
        thread.join()
    assert sorted(entered) == ["a", "a", "a: Overloaded", "b"]


def test_who_has_left_does_not_wait_on() -> None:
    turnstile = Turnstile(slots=1, queue=5, wait_s=10)
    with turnstile.entered():
        with pytest.raises(QueryAbandoned), turnstile.entered("a", lambda: False):
            pass
        assert turnstile.waiting == 0
