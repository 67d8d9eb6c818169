"""How often one person may ask."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.service.throttle import Buckets


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_five_at_once_and_then_one_more_every_ten_seconds() -> None:
    clock = Clock()
    buckets = Buckets(5, 10, clock)
    assert [buckets.take(7) for _ in range(6)] == [0, 0, 0, 0, 0, 10]
    clock.now += 9
    assert buckets.take(7) == 1
    clock.now += 1
    assert [buckets.take(7) for _ in range(2)] == [0, 10]
    clock.now += 30
    assert [buckets.take(7) for _ in range(4)] == [0, 0, 0, 10]


def test_a_bucket_holds_no_more_than_the_burst_however_long_it_rests() -> None:
    clock = Clock()
    buckets = Buckets(2, 10, clock)
    buckets.take(7)
    clock.now += 10_000
    assert [buckets.take(7) for _ in range(3)] == [0, 0, 10]


def test_one_persons_questions_take_nothing_from_another() -> None:
    buckets = Buckets(1, 10, Clock())
    assert [buckets.take(1), buckets.take(1), buckets.take(2)] == [0, 10, 0]


def test_asking_too_early_does_not_lengthen_the_wait() -> None:
    clock = Clock()
    buckets = Buckets(1, 10, clock)
    buckets.take(7)
    assert [buckets.take(7) for _ in range(100)] == [10] * 100
    clock.now += 10
    assert buckets.take(7) == 0


def test_full_buckets_are_forgotten() -> None:
    clock = Clock()
    buckets = Buckets(5, 10, clock)
    for user in range(10_000):
        clock.now += 1
        buckets.take(user)
        assert len(buckets) <= 10
    clock.now += 10
    buckets.take(0)
    assert len(buckets) == 1


def test_a_busy_bucket_keeps_the_others_no_longer_than_its_own_filling_takes() -> None:
    clock = Clock()
    buckets = Buckets(5, 10, clock)
    for _ in range(5):
        buckets.take(0)
    for user in range(1, 10_000):
        clock.now += 1
        buckets.take(user)
        assert len(buckets) <= 51


@given(
    st.integers(1, 6),
    st.integers(0, 20),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), max_size=60),
)
def test_like_a_bucket_of_each_user_counted_plainly(
    burst: int, refill: int, asked: list[tuple[int, int]]
) -> None:
    clock = Clock()
    buckets = Buckets(burst, refill, clock)
    plain: dict[int, tuple[float, float]] = {}  # the time, and the seconds saved up by then
    for later, user in asked:
        clock.now += later
        then, saved = plain.get(user, (clock.now, burst * refill))
        saved = min(burst * refill, saved + clock.now - then)
        wait = max(0.0, refill - saved)
        plain[user] = clock.now, saved if wait else saved - refill
        assert buckets.take(user) == wait
