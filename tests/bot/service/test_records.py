"""What the bot keeps, for how long, for whom, and that nothing stays of what is forgotten."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.service import sqlite
from bot.service.adders import Adder
from bot.service.database import RecordsError
from bot.service.records import Records
from bot.service.tenants import Channels, Roles, TenantSettings
from bot.service.throttle import Buckets
from bot.service.waiting import Waiter
from retrieval.types import Answer, Article, Filters, Quote, Reply, Span, Turn
from tests.postgres import Postgres

KEEP_DAYS = 30
SOON = timedelta(microseconds=1)
TEXT = "The ferry Elin was steered by Captain Okafor through a storm that nobody had foretold.\n"


@dataclass
class Clock:
    """The time, which passes when the test says so."""

    time: datetime = datetime(2024, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, by: timedelta = SOON, *, days: int = 0) -> None:
        self.time += by + timedelta(days=days)


def make_reply(question: str = "who steered the ferry?", text: str = TEXT) -> Reply:
    """A reply with one answer: the captain."""
    hash = hashlib.sha256(text.encode()).hexdigest()
    article = Article("ferry", text, "At sea", "Coast Desk", None, "en", None, "/a.txt", hash)
    start = text.index("Captain Okafor")
    span = Span(article, start, start + len("Captain Okafor"), 0.75)
    quote = Quote(article, 0, len(text) - 1, span)
    return Reply(question, question, (Answer(span.text, 0.75, (quote,)),), (), 12.5)


def keep(records: Records, question: str = "who steered the ferry?", **other: Any) -> str:
    given: dict[str, Any] = {"tenant": 1, "channel": 10, "user": 100, "private": False}
    given |= {"filters": Filters(), "previous": (), "generation": 7}
    return records.keep(**given | other, question=question, reply=make_reply(question))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "discord.db"


@pytest.fixture
def records(path: Path, clock: Clock, database_url: str | None) -> Iterator[Records]:
    made = Records(path, keep_days=KEEP_DAYS, now=clock, database=database_url)
    yield made
    made.close()


@pytest.fixture
def filed(path: Path, clock: Clock) -> Iterator[Records]:
    """Records in a SQLite file."""
    made = Records(path, keep_days=KEEP_DAYS, now=clock)
    yield made
    made.close()


def everything(path: Path) -> bytes:
    """All bytes of the database's files."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


# Replies --------------------------------------------------------------------------------


def test_a_reply_comes_back_whole(records: Records, clock: Clock) -> None:
    filters = Filters(since=date(2022, 1, 1), until=date(2022, 12, 31), publisher="Kıyı", path="a")
    before = Turn("who built it?", ("Şükrü Çavuşoğlu", "Elin"))
    key = keep(records, "who steered? \ud800", tenant=None, filters=filters, previous=(before,))
    assert re.fullmatch(r"[a-z0-9]{16}", key)
    kept = records.get(key)
    assert kept is not None
    assert (kept.key, kept.tenant, kept.channel, kept.user) == (key, None, 10, 100)
    assert (kept.private, kept.question, kept.generation) == (False, "who steered? \ud800", 7)
    assert (kept.filters, kept.previous, kept.asked) == (filters, (before,), clock.time)
    assert kept.turn == Turn("who steered? \ud800", ("Captain Okafor",), ("ferry",))
    assert '"sha256"' in kept.reply


def test_keys_are_never_twice_the_same(records: Records) -> None:
    assert len({keep(records) for _ in range(200)}) == 200


def test_only_the_latest_replies_are_kept_where_that_is_wanted(records: Records) -> None:
    keys = [keep(records) for _ in range(5)]
    records.trim(2)
    assert [key for key in keys if records.get(key)] == keys[-2:]
    records.trim(2)
    assert records.get(keys[-1])


def test_without_a_file_all_is_kept_as_long_as_the_process_lives(
    clock: Clock,
) -> None:
    made = Records(None, keep_days=KEEP_DAYS, now=clock)
    key = keep(made)
    assert made.get(key)
    assert made.vote(key, 100, True)
    made.delete(key)
    assert made.get(key) is None
    later = keep(made)
    clock.time += timedelta(days=KEEP_DAYS)
    assert made.purge() == 1
    assert made.get(later) is None
    made.close()
    assert list(Path.cwd().iterdir()) == []


def test_no_text_of_an_article_is_kept(filed: Records, path: Path) -> None:
    keep(filed)
    kept = everything(path)
    assert b"Captain Okafor" in kept, "the answer is what follow-ups refer to"
    for piece in ("The ferry Elin", "was steered by", "through a storm", "foretold"):
        assert piece.encode() not in kept


def test_all_of_it_outlives_a_restart(
    path: Path, records: Records, clock: Clock, database_url: str | None
) -> None:
    key = keep(records)
    records.shown_in(key, 5)
    records.vote(key, 100, True)
    records.set_command_hash("abc")
    records.close()
    again = Records(path, keep_days=KEEP_DAYS, now=clock, database=database_url)
    assert again.by_message(5) == again.get(key) != None  # noqa: E711
    assert [one.up for one in again.feedback()] == [True]
    assert again.command_hash() == "abc"
    again.close()


def test_a_private_reply_is_found_by_its_key_only(records: Records) -> None:
    first = keep(records)
    hidden = keep(records, private=True)
    records.shown_in(first, 5)
    records.shown_in(hidden, 6)
    assert records.by_message(6) is None
    latest, kept = records.latest(10), records.get(hidden)
    assert latest is not None
    assert kept is not None
    assert (latest.key, kept.private) == (first, True)


def test_a_turn_is_forgotten_with_the_reply_that_it_was(filed: Records, path: Path) -> None:
    first = keep(filed, "who quarrelled with whom?", user=1)
    asked = filed.get(first)
    assert asked is not None
    second = keep(filed, "and where?", user=2, previous=(Turn("who?"), asked.turn))
    follow_up = filed.get(second)
    assert follow_up is not None
    assert follow_up.previous == (Turn("who?"), asked.turn)
    filed.forget_user(1)
    follow_up = filed.get(second)
    assert follow_up is not None
    assert follow_up.previous == (Turn("who?"),)
    assert b"quarrelled" not in everything(path)


def test_what_was_typed_comes_back_with_its_turn(filed: Records) -> None:
    said = Turn("Who did Elin succeed?", ("Jonas",), ("ferry",), "Who did she succeed?")
    kept = filed.get(keep(filed, previous=(said,)))
    assert kept is not None
    assert [(turn, turn.typed) for turn in kept.previous] == [(said, said.typed)]


def test_a_turn_kept_without_its_articles_comes_back(path: Path, filed: Records) -> None:
    key = keep(filed)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE replies SET turn = ?", ('["who built it?", "Elin"]',))
    kept = filed.get(key)
    assert kept is not None
    assert kept.turn == Turn("who built it?", ("Elin",))


def test_what_another_server_asked_is_not_linked(records: Records) -> None:
    turn = Turn.of(make_reply())
    keep(records, tenant=1)
    key = keep(records, "and then?", tenant=2, previous=(turn,))
    records.forget_tenant(1)
    kept = records.get(key)
    assert kept is not None
    assert kept.previous == (turn,)


def test_nothing_stays_in_the_file_of_what_is_forgotten(path: Path, filed: Records) -> None:
    key = keep(filed, "who stole the first oar?", user=1)
    filed.vote(key, 1, False)
    keep(filed, "who stole the second oar?", user=2, tenant=9)
    third = keep(filed, "who stole the third oar?", user=3)
    assert everything(path).count(b"who stole the") >= 3
    assert filed.forget_user(1) == 2
    filed.forget_tenant(9)
    filed.delete(third)
    assert b"who stole the" not in everything(path)


def test_forgetting_waits_for_no_reader_and_the_log_is_wiped_after_it(
    path: Path, filed: Records
) -> None:
    keep(filed, "who is called Marigold?")
    log = path.with_name(f"{path.name}-wal")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM replies").fetchone()
        assert filed.forget_user(100) == 1
        assert log.stat().st_size
        reader.execute("COMMIT")
    keep(filed, "who steered it?", user=101)
    assert b"Marigold" not in log.read_bytes() + path.read_bytes()


def test_only_the_owner_of_the_process_may_read_the_file(path: Path, filed: Records) -> None:
    keep(filed)
    modes = {file.stat().st_mode & 0o077 for file in path.parent.glob("discord.db*")}
    assert modes == {0}


def test_threads_may_share_it(records: Records) -> None:
    def work(user: int) -> list[str]:
        keys = [keep(records, f"who is number {user}?", user=user) for _ in range(20)]
        for key in keys:
            records.vote(key, user, bool(user % 2))
            assert records.get(key) is not None
        return keys

    with ThreadPoolExecutor(8) as pool:
        keys = [key for part in pool.map(work, range(8)) for key in part]
    votes = records.feedback()
    assert {one.kept.key for one in votes} == set(keys)
    assert all(one.up == bool(one.kept.user % 2) for one in votes)
    assert records.forget_user(3) == 40


def test_a_question_is_kept_for_its_time_and_longer_only_by_a_vote(
    path: Path, filed: Records, clock: Clock
) -> None:
    quiet, loud = keep(filed, "who was quiet?"), keep(filed, "who was loud?")
    assert filed.vote(loud, 5, True)
    clock.forward(-SOON, days=KEEP_DAYS)
    assert filed.get(quiet) is not None
    assert filed.purge() == 0
    clock.forward()
    assert (filed.get(quiet), filed.get(loud), filed.latest(10)) == (None, None, None)
    assert not filed.vote(quiet, 5, True)
    assert filed.purge() == 1
    assert b"who was quiet?" not in everything(path)
    (vote,) = filed.feedback()
    assert (vote.up, vote.kept.question, vote.kept.generation) == (True, "who was loud?", 7)
    assert vote.kept.turn.answers == ("Captain Okafor",)
    assert filed.forget_user(5) == 1
    assert filed.feedback() == []
    assert b"who was loud?" not in everything(path)


def test_a_person_has_one_vote_and_may_take_it_back(records: Records) -> None:
    key = keep(records)
    assert records.vote(key, 5, True)
    assert records.vote(key, 6, True)
    assert records.vote(key, 5, False)
    assert sorted(one.up for one in records.feedback()) == [False, True]
    assert not records.vote(key, 5, False)
    assert [one.up for one in records.feedback()] == [True]
    assert not records.vote("unknown", 5, True)


# Against a model ------------------------------------------------------------------------

IDS = st.integers(1, 3)
KEYS = st.integers(0, 200)


@dataclass
class Row:
    """What the model knows of a reply."""

    tenant: int | None
    channel: int
    user: int
    private: bool
    asked: datetime
    message: int | None = None
    votes: dict[int, tuple[bool, datetime]] = field(default_factory=dict)


class Model(RuleBasedStateMachine):
    """Any sequence of operations, against dictionaries in the order of asking."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.database = self.emptied()
        self.rows: dict[str, Row] = {}
        self.keys: list[str] = []
        self.open()

    def open(self) -> None:
        path = Path(self.folder.name) / "discord.db"
        self.records = Records(path, keep_days=KEEP_DAYS, now=self.clock, database=self.database)

    def emptied(self) -> str | None:
        """The address of an empty database; None: a SQLite file."""
        return None

    def teardown(self) -> None:
        self.records.close()
        self.folder.cleanup()

    @rule(tenant=st.none() | IDS, channel=IDS, user=IDS, private=st.booleans())
    def keep(self, tenant: int | None, channel: int, user: int, private: bool) -> None:
        key = keep(self.records, tenant=tenant, channel=channel, user=user, private=private)
        self.rows[key] = Row(tenant, channel, user, private, self.clock.time)
        self.keys.append(key)

    @rule(number=KEYS, message=IDS)
    def shown_in(self, number: int, message: int) -> None:
        key = self.key(number)
        self.records.shown_in(key, message)
        if key in self.rows:
            self.rows[key].message = message

    @rule(number=KEYS, user=IDS, up=st.booleans())
    def vote(self, number: int, user: int, up: bool) -> None:
        self.clock.forward()
        key = self.key(number)
        stands = False
        if self.alive(key):
            before = self.rows[key].votes.pop(user, None)
            stands = before is None or before[0] != up
            if stands:
                self.rows[key].votes[user] = (up, self.clock.time)
        assert self.records.vote(key, user, up) == stands

    @rule(number=KEYS)
    def delete(self, number: int) -> None:
        self.records.delete(self.key(number))
        self.rows.pop(self.key(number), None)

    @rule(days=st.sampled_from((1, KEEP_DAYS - 1, KEEP_DAYS)))
    def pass_days(self, days: int) -> None:
        self.clock.forward(days=days)

    @rule()
    def restart(self) -> None:
        self.records.close()
        self.open()

    @rule()
    def purge(self) -> None:
        assert self.records.purge() == self.drop_old()

    @rule(user=IDS)
    def forget_user(self, user: int) -> None:
        theirs = [key for key, row in self.rows.items() if row.user == user]
        votes = [row.votes.pop(user, None) for row in self.rows.values()]
        count = len(theirs) + sum(vote is not None for vote in votes)
        for key in theirs:
            del self.rows[key]
        self.drop_old()
        assert self.records.forget_user(user) == count

    @rule(tenant=IDS)
    def forget_tenant(self, tenant: int) -> None:
        self.records.forget_tenant(tenant)
        self.rows = {key: row for key, row in self.rows.items() if row.tenant != tenant}

    @invariant()
    def replies_are_those_whose_time_runs(self) -> None:
        for key in self.keys[-20:]:
            kept = self.records.get(key)
            assert (kept is not None) == self.alive(key)
            if kept is not None:
                row = self.rows[key]
                assert (kept.tenant, kept.channel, kept.user) == (row.tenant, row.channel, row.user)
                assert (kept.private, kept.asked) == (row.private, row.asked)

    @invariant()
    def found_is_the_last_public_one(self) -> None:
        public = {key: row for key, row in self.rows.items() if self.alive(key) and not row.private}
        for id in (1, 2, 3):
            latest = [key for key, row in public.items() if row.channel == id]
            shown = [key for key, row in public.items() if row.message == id]
            for kept, keys in (
                (self.records.latest(id), latest),
                (self.records.by_message(id), shown),
            ):
                assert (kept and kept.key) == (keys[-1] if keys else None)

    @invariant()
    def feedback_is_every_vote_the_newest_first(self) -> None:
        votes = [
            (voted, up, key) for key, row in self.rows.items() for up, voted in row.votes.values()
        ]
        found = [(one.voted, one.up, one.kept.key) for one in self.records.feedback()]
        assert found == sorted(votes, reverse=True)

    def key(self, number: int) -> str:
        return self.keys[number % len(self.keys)] if self.keys else "nothing"

    def alive(self, key: str) -> bool:
        row = self.rows.get(key)
        return row is not None and self.clock.time < row.asked + timedelta(days=KEEP_DAYS)

    def drop_old(self) -> int:
        old = [key for key, row in self.rows.items() if not self.alive(key) and not row.votes]
        for key in old:
            del self.rows[key]
        return len(old)


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=40, stateful_step_count=30)


@pytest.mark.slow
def test_any_sequence_goes_the_same_over_postgresql(postgres: Postgres) -> None:
    class Over(Model):
        def emptied(self) -> str:
            return postgres.url(postgres.emptied())

    run_state_machine_as_test(Over, settings=settings(max_examples=10, stateful_step_count=30))


def test_what_postgresql_says_is_told_as_of_the_records(
    postgres: Postgres, path: Path, clock: Clock
) -> None:
    with pytest.raises(RecordsError, match="can't reach the PostgreSQL database nowhere"):
        Records(path, keep_days=1, database=postgres.url("nowhere"))
    url = postgres.url(postgres.emptied())
    with closing(Records(path, keep_days=1, now=clock, database=url)) as records:
        key = keep(records)
        postgres.drop_connections("postgres")
        assert records.get(key) is not None
        postgres.run("postgres", "UPDATE quoth_discord.replies SET filters = '{'")
        with pytest.raises(RecordsError, match=r"is damaged.*pg_dump"):
            records.get(key)
        postgres.run("postgres", "DROP TABLE quoth_discord.replies CASCADE")
        with pytest.raises(RecordsError, match="isn't as Quoth made it"):
            keep(records)
    assert not path.exists()


# Servers --------------------------------------------------------------------------------


def test_channels_are_a_list_of_the_denied_until_one_is_allowed(records: Records) -> None:
    assert records.tenants.channels(1) == Channels("deny", frozenset())
    records.tenants.set_channel(1, 10, False)
    records.tenants.set_channel(1, 11, False)
    assert records.tenants.channels(1) == Channels("deny", frozenset({10, 11}))
    records.tenants.set_channel(1, 11, True)
    records.tenants.set_channel(1, 12, True)
    assert records.tenants.channels(1) == Channels("allow", frozenset({11, 12}))
    records.tenants.set_channel(1, 11, None)
    records.tenants.set_channel(1, 12, None)
    assert records.tenants.channels(1) == Channels("deny", frozenset({10}))
    assert records.tenants.channels(2) == Channels("deny", frozenset())


def test_roles_are_allowed_denied_or_neither(
    path: Path, records: Records, database_url: str | None
) -> None:
    nobody: frozenset[int] = frozenset()
    assert records.tenants.roles(1) == Roles(nobody, nobody)
    records.tenants.set_role(1, 20, False)
    records.tenants.set_role(1, 21, False)
    records.tenants.set_role(1, 21, True)
    records.tenants.set_role(2, 22, True)
    assert records.tenants.roles(1) == Roles(frozenset({21}), frozenset({20}))
    records.tenants.set_role(1, 20, None)
    assert records.tenants.roles(1) == Roles(frozenset({21}), nobody)
    again = Records(path, keep_days=KEEP_DAYS, now=Clock(), database=database_url)
    assert again.tenants.roles(1) == records.tenants.roles(1)
    again.close()
    records.tenants.reset_roles(1)
    assert records.tenants.roles(1) == Roles(nobody, nobody)
    assert records.tenants.roles(2) == Roles(frozenset({22}), nobody)


def test_settings_of_a_server_outlive_a_leave(records: Records) -> None:
    assert records.tenants.settings(1) == TenantSettings(caution=None, private=False)
    records.tenants.set_settings(1, TenantSettings("eager", True))
    records.tenants.left(1)
    records.tenants.set_settings(2, TenantSettings("cautious"))
    records.tenants.returned(1)
    assert records.tenants.settings(1) == TenantSettings("eager", True)
    assert records.tenants.settings(2) == TenantSettings("cautious", False)


def test_a_server_departs_when_its_grace_time_is_over(records: Records, clock: Clock) -> None:
    records.tenants.left(1)
    clock.forward(days=3)
    records.tenants.left(1)
    records.tenants.left(2)
    records.tenants.left(3)
    records.tenants.returned(3)
    records.tenants.returned(4)
    clock.forward(days=4)
    assert records.tenants.departed(7) == [1]
    assert records.tenants.departed(0) == [1, 2]
    clock.forward(days=3)
    assert records.tenants.departed(7) == [1, 2]


def test_nothing_stays_of_a_server_that_is_forgotten(records: Records) -> None:
    for tenant in (1, 2):
        records.vote(keep(records, tenant=tenant), 5, True)
        records.tenants.set_channel(tenant, 10, True)
        records.tenants.set_role(tenant, 20, True)
        records.tenants.set_settings(tenant, TenantSettings("eager", True))
        records.tenants.left(tenant)
    records.forget_tenant(1)
    assert records.tenants.channels(1) == Channels("deny", frozenset())
    assert records.tenants.roles(1) == Roles(frozenset(), frozenset())
    assert records.tenants.settings(1) == TenantSettings()
    assert [one.kept.tenant for one in records.feedback()] == [2]
    assert records.tenants.departed(0) == [2]
    assert records.tenants.channels(2).mode == "allow"
    assert records.tenants.settings(2).private


def test_the_last_command_hash_holds(records: Records) -> None:
    assert records.command_hash() is None
    records.set_command_hash("one")
    records.set_command_hash("two")
    assert records.command_hash() == "two"


def test_only_servers_that_are_ours_are_noted_as_left(records: Records) -> None:
    for tenant in (1, 2, 3, 4):
        records.tenants.set_settings(tenant, TenantSettings("eager"))
    records.tenants.present([2], lambda tenant: tenant % 2 == 0)
    assert records.tenants.departed(0) == [4]


# Who waits, and how often -----------------------------------------------------------------


def test_who_waits_is_known_until_one_caller_takes_it(
    path: Path, records: Records, clock: Clock, database_url: str | None
) -> None:
    first, second = Waiter(7, 1, 10, "aW50"), Waiter(8, None, 20)
    for waiter in (second, first, first):
        records.waiting.begins(waiter)
        records.waiting.flush()
    other = Records(path, keep_days=KEEP_DAYS, now=clock, database=database_url)
    assert other.waiting.all() == [first, second]
    with ThreadPoolExecutor(8) as pool:
        taken = pool.map(lambda one: one.waiting.take(7), [records, other] * 20)
    assert sum(taken) == 1
    assert other.waiting.all() == [second]
    records.forget_tenant(1)
    clock.forward(days=1)
    assert other.waiting.all() == []
    records.purge()
    assert not other.waiting.take(8)
    other.close()


def test_what_a_server_waits_for_is_forgotten_with_it(records: Records) -> None:
    for waiter in (Waiter(7, 1, 10, "aW50"), Waiter(8, 2, 20)):
        records.waiting.begins(waiter)
    records.waiting.flush()
    records.forget_tenant(1)
    assert [one.asked for one in records.waiting.all()] == [8]


def test_a_question_that_ends_waits_no_more(records: Records) -> None:
    for asked in (7, 8, 9):
        records.waiting.begins(Waiter(asked, 1, 10))
    records.waiting.ends(8)
    records.waiting.flush()
    assert [one.asked for one in records.waiting.all()] == [7, 9]
    records.waiting.ends(7)
    records.waiting.begins(Waiter(10, 1, 10))
    records.waiting.flush()
    assert [one.asked for one in records.waiting.all()] == [9, 10]


@given(
    st.integers(1, 6),
    st.integers(1, 20),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), max_size=60),
)
def test_buckets_in_the_records_are_those_of_a_process(
    burst: int, refill: int, asked: list[tuple[int, int]]
) -> None:
    clock = Clock()
    made = Records(None, keep_days=KEEP_DAYS, now=clock)
    buckets = Buckets(burst, refill, lambda: clock.time.timestamp())
    for later, user in asked:
        clock.forward(timedelta(seconds=later))
        assert made.bucket(user, burst, refill) == buckets.take(user)
    made.close()


def test_processes_count_a_persons_questions_together(
    path: Path, records: Records, clock: Clock, database_url: str | None
) -> None:
    other = Records(path, keep_days=KEEP_DAYS, now=clock, database=database_url)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda one: one.bucket(100, 5, 10), [records, other] * 10))
    assert sorted(waits) == [0.0] * 5 + [10.0] * 15
    clock.forward(timedelta(seconds=10))
    assert [one.bucket(100, 5, 10) for one in (other, records)] == [0, 10]
    assert records.bucket(101, 5, 10) == 0
    other.close()


# Who added what -----------------------------------------------------------------------


def make_article(id: str, sha256: str = "0") -> Article:
    return Article(id, "", id, None, None, None, None, "/a.txt", sha256)


def test_who_added_an_article_changes_with_its_text_and_goes_with_it(
    records: Records, clock: Clock
) -> None:
    mill, tower = make_article("mill"), make_article("tower")
    first = Adder(100, date(2024, 5, 1))
    records.adders.note(1, 100, [mill, tower], [mill, tower])
    records.adders.note(2, 300, [mill], [mill])
    assert records.adders.of(1) == {"mill": first, "tower": first}
    clock.forward(days=1)
    other = make_article("tower", "1")
    records.adders.note(1, 200, [mill, other], [mill, other])
    second = Adder(200, date(2024, 5, 2))
    assert records.adders.of(1) == {"mill": first, "tower": second}
    records.adders.note(1, 200, [other], [other])
    assert records.adders.of(1) == {"tower": second}
    records.adders.removed(1, "tower")
    assert records.adders.of(1) == {}
    assert records.adders.of(2) == {"mill": Adder(300, date(2024, 5, 2) - timedelta(days=1))}


def test_nothing_stays_in_the_file_of_who_added_what(path: Path, filed: Records) -> None:
    for tenant, user in ((1, 100), (1, 101), (2, 102)):
        article = make_article(f"the-mill-of-{user}")
        own = [make_article(id) for id in filed.adders.of(tenant)]
        filed.adders.note(tenant, user, [article], [*own, article])
    assert everything(path).count(b"the-mill-of") >= 3
    assert filed.forget_user(100) == 1
    filed.adders.removed(1, "the-mill-of-101")
    filed.forget_tenant(2)
    assert b"the-mill-of" not in everything(path)


# Errors ---------------------------------------------------------------------------------


def test_a_damaged_file_is_named_and_what_to_do(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(RecordsError, match=r"discord\.db.*is damaged.*backup.*move it away"):
        Records(path, keep_days=1)


def test_damage_that_shows_later_is_told_too(path: Path, filed: Records) -> None:
    key = keep(filed)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE replies SET filters = '{'")
    db.close()
    with pytest.raises(RecordsError, match="is damaged"):
        filed.get(key)
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE replies")
    db.close()
    with pytest.raises(RecordsError, match="is damaged"):
        keep(filed)


def test_a_closed_file_is_no_damaged_one(filed: Records) -> None:
    filed.close()
    with pytest.raises(RecordsError, match="was closed"):
        filed.feedback()


@pytest.mark.parametrize("how", ["a flip in the log", "an older one", "emptied", "gone"])
def test_what_is_lost_is_told_once(
    path: Path, filed: Records, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    keep(filed)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log, older = path.with_name(f"{path.name}-wal"), path.read_bytes()
    for number in range(3):
        keep(filed, f"question {number}?")
    written = bytearray(log.read_bytes())
    filed.close()
    if how == "a flip in the log":
        written[len(written) // 2] ^= 1
        path.write_bytes(older)
        log.write_bytes(written)
    elif how == "an older one":
        path.write_bytes(older)
    elif how == "emptied":
        path.write_bytes(b"")
    else:
        path.unlink()
    with closing(Records(path, keep_days=1)):
        assert "backup" in caplog.text
    caplog.clear()
    with closing(Records(path, keep_days=1)) as again:
        keep(again)
    with closing(Records(path, keep_days=1)):
        assert caplog.text == ""


def test_a_file_of_another_version_is_left_alone(path: Path, filed: Records) -> None:
    filed.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 9")
    db.close()
    before = path.read_bytes()
    with pytest.raises(RecordsError, match="another version of Quoth"):
        Records(path, keep_days=1)
    assert path.read_bytes() == before


def test_a_file_of_an_earlier_version_is_brought_up_to_date(path: Path, filed: Records) -> None:
    key = keep(filed)
    filed.close()
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE adders")
        db.execute("DROP TABLE roles")
        for table in ("state", "waiting", "buckets"):
            db.execute(f"DROP TABLE {table}")
        db.execute("PRAGMA user_version = 1")
    db.close()
    again = Records(path, keep_days=KEEP_DAYS, now=Clock())
    assert again.get(key) is not None
    assert again.adders.of(1) == {}
    again.tenants.set_role(1, 20, True)
    assert again.waiting.all() == []
    again.close()


def test_a_schema_of_the_first_version_is_brought_up_to_date(postgres: Postgres) -> None:
    name = postgres.emptied()
    url = postgres.url(name)
    with closing(Records(Path("discord.db"), keep_days=KEEP_DAYS, database=url)) as records:
        key = keep(records)
        for table in ("waiting", "buckets"):
            postgres.run(name, f"DROP TABLE quoth_discord.{table}")
        postgres.run(name, "UPDATE quoth_discord.form SET version = 1")
    with closing(Records(Path("discord.db"), keep_days=KEEP_DAYS, database=url)) as again:
        assert again.get(key) is not None
        assert again.waiting.all() == []
        assert again.bucket(1, 1, 10) == 0
    assert postgres.run(name, "SELECT version FROM quoth_discord.form") == [(2,)]
    postgres.run(name, "UPDATE quoth_discord.form SET version = 3")
    with pytest.raises(RecordsError, match="a newer Quoth"):
        Records(Path("discord.db"), keep_days=KEEP_DAYS, database=url)


def test_a_file_that_cannot_be_written_says_what_to_check(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "file" / "discord.db", tmp_path):
        with pytest.raises(RecordsError, match="may be written, the free disk space"):
            Records(wrong, keep_days=1)
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.05)
    records = Records(path, keep_days=1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RecordsError, match=r"locked.*no other process holds it"):
        keep(records)
    other.execute("ROLLBACK")
    other.close()
    assert records.get(keep(records)) is not None
    records.close()
