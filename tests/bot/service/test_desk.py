"""The desk: who is answered when, who waits, and who is refused."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable

import pytest

from bot.service.desk import Busy, Crowded, Desk


class Gate:
    """Calls that note their name when they begin, and end when the gate opens."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._open = threading.Event()

    def call(self, name: str) -> Callable[[], str]:
        def wait() -> str:
            self.begun.append(name)
            assert self._open.wait(30)
            return name.upper()

        return wait

    def open(self) -> None:
        self._open.set()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.001)


async def asked(desk: Desk, tenant: int | None, call: Callable[[], str]) -> asyncio.Task[str]:
    """A question that has reached the desk."""
    task = asyncio.create_task(desk.run(tenant, call))
    await asyncio.sleep(0)
    return task


def test_a_call_runs_in_another_thread_at_once_and_its_result_comes_out() -> None:
    async def told(place: int) -> None:
        raise AssertionError(place)

    async def scenario() -> None:
        desk = Desk(1, 0, 8)
        name = await desk.run(1, lambda: threading.current_thread().name, on_wait=told)
        assert name == "answering_0"
        assert (desk.running, desk.waiting) == (0, 0)
        await desk.drain(30)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("no"), TimeoutError(), asyncio.CancelledError()]
)
def test_what_a_call_raises_comes_out_and_its_worker_goes_on(error: BaseException) -> None:
    def fail() -> None:
        raise error

    async def scenario() -> None:
        desk = Desk(1, 0, 8)
        with pytest.raises(type(error)) as raised:
            await desk.run(1, fail)
        assert raised.value is error
        assert await desk.run(1, lambda: 42) == 42
        await desk.drain(30)

    asyncio.run(scenario())


def test_a_call_that_raises_stop_iteration_is_not_waited_for_forever() -> None:
    async def scenario() -> None:
        desk = Desk(1, 0, 8)
        with pytest.raises(RuntimeError, match="StopIteration"):
            await desk.run(1, lambda: next(iter(())))
        await desk.drain(30)

    asyncio.run(scenario())


def test_the_event_loop_goes_on_while_all_workers_are_busy() -> None:
    async def scenario() -> None:
        desk, gate = Desk(2, 5, 8), Gate()
        tasks = [await asked(desk, 1, gate.call(name)) for name in "abc"]
        await until(lambda: sorted(gate.begun) == ["a", "b"])
        assert (desk.running, desk.waiting) == (2, 1)
        gate.open()
        assert await asyncio.gather(*tasks) == ["A", "B", "C"]
        await desk.drain(30)

    asyncio.run(scenario())


def test_tenants_take_turns_however_much_one_of_them_asks() -> None:
    async def scenario() -> None:
        desk, gate = Desk(1, 100, 60), Gate()
        tasks = [await asked(desk, 1, gate.call(f"a{number}")) for number in range(50)]
        tasks += [await asked(desk, 2, gate.call(f"b{number}")) for number in range(2)]
        tasks += [await asked(desk, None, gate.call("direct"))]
        gate.open()
        await asyncio.gather(*tasks)
        assert gate.begun[:7] == ["a0", "a1", "b0", "direct", "a2", "b1", "a3"]
        assert gate.begun[7:] == [f"a{number}" for number in range(4, 50)]
        await desk.drain(30)

    asyncio.run(scenario())


def test_who_waits_is_told_the_place_at_which_they_are_answered() -> None:
    async def scenario() -> None:
        desk, gate = Desk(1, 100, 60), Gate()
        places: dict[str, int] = {}

        async def ask(name: str, tenant: int) -> None:
            async def told(place: int) -> None:
                places[name] = place

            await desk.run(tenant, gate.call(name), on_wait=told)

        tenants = [1, 1, 1, 2, 1, 3, 2, 2, 3]
        tasks = []
        for number, tenant in enumerate(tenants):
            tasks.append(asyncio.create_task(ask(f"q{number}", tenant)))
            await asyncio.sleep(0.001)
        gate.open()
        await asyncio.gather(*tasks)
        assert places == {"q1": 1, "q2": 2, "q3": 2, "q4": 4, "q5": 3, "q6": 5, "q7": 7, "q8": 6}
        await desk.drain(30)

    asyncio.run(scenario())


def test_telling_the_place_ends_before_the_answer_comes_and_may_fail(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> None:
        desk, gate = Desk(1, 5, 8), Gate()
        slow = asyncio.Event()

        async def told(place: int) -> None:
            await slow.wait()
            raise ConnectionError("Discord is down")

        first = await asked(desk, 1, gate.call("first"))
        second = asyncio.create_task(desk.run(1, gate.call("second"), on_wait=told))
        await asyncio.sleep(0)
        gate.open()
        await first
        await until(lambda: desk.running == 0)
        assert not second.done()
        slow.set()
        assert await second == "SECOND"
        await desk.drain(30)

    with caplog.at_level(logging.WARNING):
        asyncio.run(scenario())
    assert [record.getMessage() for record in caplog.records] == [
        "could not tell the place in the queue"
    ]


def test_a_full_queue_refuses_with_its_length() -> None:
    async def scenario() -> None:
        desk, gate = Desk(1, 2, 8), Gate()
        tasks = [await asked(desk, tenant, gate.call(f"g{tenant}")) for tenant in (1, 2, 3)]
        with pytest.raises(Busy, match=r"^2 questions are waiting already: ask again"):
            await desk.run(4, gate.call("never"))
        gate.open()
        assert await asyncio.gather(*tasks) == ["G1", "G2", "G3"]
        assert await desk.run(4, lambda: "now") == "now"
        assert "never" not in gate.begun
        await desk.drain(30)

    asyncio.run(scenario())


@pytest.mark.parametrize("tenant", [1, None])
def test_a_tenant_with_its_limit_here_is_refused_and_others_are_not(tenant: int | None) -> None:
    async def scenario() -> None:
        desk, gate = Desk(1, 100, 2), Gate()
        tasks = [await asked(desk, tenant, gate.call(name)) for name in "ab"]
        with pytest.raises(Crowded, match=r"^2 questions from here are waiting already") as told:
            await desk.run(tenant, gate.call("never"))
        assert (told.value.tenant, told.value.limit) == (tenant, 2)
        tasks.append(await asked(desk, 2, gate.call("other")))
        gate.open()
        assert await asyncio.gather(*tasks) == ["A", "B", "OTHER"]
        assert await desk.run(tenant, lambda: "now") == "now"
        await desk.drain(30)

    asyncio.run(scenario())


def test_who_is_cancelled_while_waiting_leaves_the_queue() -> None:
    async def scenario() -> None:
        desk, gate = Desk(1, 2, 8), Gate()
        first, second, third = [await asked(desk, 1, gate.call(name)) for name in "abc"]
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert desk.waiting == 1
        fourth = await asked(desk, 1, gate.call("d"))
        gate.open()
        assert await asyncio.gather(first, third, fourth) == ["A", "C", "D"]
        assert gate.begun == ["a", "c", "d"]
        await desk.drain(30)

    asyncio.run(scenario())


def test_who_is_cancelled_in_the_moment_of_their_turn_is_not_answered() -> None:
    async def scenario() -> None:
        desk, gate = Desk(1, 9, 9), Gate()
        first, *others, last = [await asked(desk, 1, gate.call(name)) for name in "abcd"]
        await until(lambda: gate.begun == ["a"])
        gate.open()
        time.sleep(0.05)  # the worker is free, which the loop has not heard of yet
        for other in others:
            other.cancel()
        assert await asyncio.gather(first, last) == ["A", "D"]
        assert gate.begun == ["a", "d"]
        assert (desk.running, desk.waiting) == (0, 0)
        await desk.drain(30)

    asyncio.run(scenario())


def test_a_call_whose_asker_is_gone_keeps_its_worker_until_it_ends() -> None:
    async def scenario() -> None:
        desk, gate = Desk(1, 2, 8), Gate()
        first = await asked(desk, 1, gate.call("a"))
        second = await asked(desk, 1, gate.call("b"))
        await until(lambda: gate.begun == ["a"])
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert (desk.running, desk.waiting) == (1, 1)
        gate.open()
        assert await second == "B"
        assert gate.begun == ["a", "b"]
        await desk.drain(30)

    asyncio.run(scenario())


def test_draining_refuses_new_questions_and_ends_those_that_are_here() -> None:
    async def scenario() -> None:
        desk, gate = Desk(2, 5, 8), Gate()
        tasks = [await asked(desk, 1, gate.call(name)) for name in "abc"]
        draining = asyncio.create_task(desk.drain(30))
        await asyncio.sleep(0)
        with pytest.raises(Busy, match=r"^Quoth is being restarted"):
            await desk.run(1, gate.call("never"))
        gate.open()
        await draining
        assert [await task for task in tasks] == ["A", "B", "C"]
        await desk.drain(30)

    asyncio.run(scenario())


def test_draining_leaves_nobody_waiting_when_its_time_is_over() -> None:
    gate = Gate()

    async def scenario() -> None:
        desk = Desk(1, 5, 8)
        tasks = [await asked(desk, 1, gate.call(name)) for name in "abc"]
        await desk.drain(0.01)
        for task in tasks:
            with pytest.raises(Busy, match=r"^Quoth is being restarted"):
                await task
        assert (desk.running, desk.waiting) == (1, 0)

    asyncio.run(scenario())
    gate.open()  # the call ends after its event loop is closed
    assert gate.begun == ["a"]
