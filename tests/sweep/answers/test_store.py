"""What is put is got, by whoever opens the file; the file has a bound."""

import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.sweep.answers import database
from py.sweep.answers.engine_digest import engine_digest
from py.sweep.answers.store import MOST_VALUE_BYTES, AnswerStore, default_path
from tests.sweep.answers.writer import batch, values

HOUR_S = 3600.0


class Clock:
    """A clock that goes on by hand."""

    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "answers 100%?#.sqlite"


def opened(path: Path | None, **options: object) -> AnswerStore:
    return AnswerStore(path, engine="any", **options)  # type: ignore[arg-type]


@given(st.dictionaries(st.text(st.characters()), st.binary(max_size=300), max_size=20), st.data())
def test_what_is_put_is_got_in_memory(answers: dict[str, bytes], data: st.DataObject) -> None:
    with opened(None) as store:
        store.put(answers)
        asked = data.draw(st.lists(st.sampled_from([*answers, "?"])))
        assert store.get(asked) == {key: answers[key] for key in asked if key in answers}
        assert store.notes == []


def test_what_is_put_is_got_from_disk(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("disk") / "answers.sqlite"
    kept: dict[str, bytes] = {}

    @given(st.dictionaries(st.text(st.characters()), st.binary(max_size=300), max_size=20))
    def check(answers: dict[str, bytes]) -> None:
        with opened(path) as store:
            store.put(answers)
            for key, value in answers.items():
                kept.setdefault(key, value)  # the first stays
            assert store.get([*answers]) == {key: kept[key] for key in answers}
        with opened(path) as store:
            assert store.get([*kept, "\udc80 is not there"]) == kept
            assert store.notes == []

    check()


def test_a_surrogate_is_a_key_as_well(path: Path) -> None:
    with opened(path) as store:
        store.put({"\udc80": b"1", "": b""})
        assert store.get(["\udc80", "", "x"]) == {"\udc80": b"1", "": b""}


def test_more_keys_than_a_statement_takes(path: Path) -> None:
    answers = values(map(str, range(3000)))
    with opened(path) as store:
        store.put(answers)
        assert store.get([*answers, *answers, "x"]) == answers
    assert sorted(own.name for own in path.parent.iterdir()) == [path.name]


def test_stores_of_one_file_see_each_other(path: Path) -> None:
    with opened(path) as one, opened(path) as other:
        one.put({"a": b"1"})
        assert other.get(["a"]) == {"a": b"1"}
        other.put({"a": b"2", "b": b"3"})
        assert one.get(["a", "b"]) == {"a": b"1", "b": b"3"}


def test_threads_share_a_store(path: Path) -> None:
    wrong: list[str] = []
    with opened(path) as store:

        def work(name: str) -> None:
            for number in range(15):
                own = batch(name, number) | batch("all", number)
                store.put(own)
                if store.get(list(own)) != own:
                    wrong.append(f"{name} {number}")

        threads = [threading.Thread(target=work, args=(str(own),)) for own in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (wrong, store.notes) == ([], [])


def test_a_batch_is_kept_as_a_whole_or_not_at_all(path: Path) -> None:
    class Interrupted(dict[str, bytes]):
        """Values of which one can't be had."""

        def items(self) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    with opened(path) as store:
        with pytest.raises(KeyboardInterrupt):
            store.put(Interrupted(a=b"1"))
        store.put({"b": b"2"})
        assert store.get(["a", "b"]) == {"b": b"2"}


def test_bad_use_is_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="most_bytes"):
        opened(path, most_bytes=100)
    with opened(path) as store:
        store.put({})
        with pytest.raises(ValueError, match="at most"):
            store.put({"a": bytes(MOST_VALUE_BYTES + 1)})
        store.put({"a": bytes(MOST_VALUE_BYTES)})
        assert store.get(["a"]) == {"a": bytes(MOST_VALUE_BYTES)}
    store.close()
    for use in (lambda: store.get(["a"]), lambda: store.put({"b": b""})):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_the_engine_is_by_default_this_one() -> None:
    with AnswerStore(None) as store:
        assert store.engine == engine_digest()


def test_the_default_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "joulegraph" / "answers.sqlite"
    monkeypatch.setenv("HOME", "/home/anybody")
    for unheeded in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CACHE_HOME", unheeded)
        assert default_path() == Path("/home/anybody/.cache/joulegraph/answers.sqlite")

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    assert default_path() is None


@pytest.mark.parametrize("most_bytes", [1 << 16, 1 << 18, 1 << 20])
def test_the_file_is_bounded(path: Path, most_bytes: int) -> None:
    """Ten times as many bytes are written as fit; the latest are there."""
    batches = 10 * most_bytes // 10_000
    with opened(path, most_bytes=most_bytes) as store:
        for number in range(batches):
            store.put(batch("x", number))
            if number % 20 == 0:
                assert store.get(list(batch("x", number))) == batch("x", number)
        found = sum(len(store.get(list(batch("x", own)))) for own in range(batches))
        assert not store.get(list(batch("x", 0)))
        assert store.notes == []
    assert path.stat().st_size <= most_bytes
    kept = sum(
        len(value) for own in range(batches - 3, batches) for value in batch("x", own).values()
    )
    assert found >= 40, "something is kept"
    assert kept < path.stat().st_size


def test_more_than_the_bound_at_once_is_kept_in_memory(path: Path) -> None:
    answers = values(map(str, range(2000)))
    with opened(path, most_bytes=1 << 17) as store:
        store.put({"a": b"1"})
        store.put(answers)
        assert len(store.notes) == 1
        assert "full" in store.notes[0]
        assert store.get(["1999"]) == values(["1999"])
    assert path.stat().st_size <= 1 << 17


def test_those_used_longest_ago_go_first(path: Path) -> None:
    clock = Clock()
    first, second = batch("first", 0), batch("second", 0)
    with opened(path, most_bytes=1 << 18, clock=clock) as store:
        store.put(first)
        store.put(second)
    for number in range(100):
        clock.now += HOUR_S
        with opened(path, most_bytes=1 << 18, clock=clock) as store:
            assert store.get(list(first)) == first
            store.put(batch("x", number))
            assert store.notes == []
    with opened(path, clock=clock) as store:
        assert store.get(list(first)) == first
        assert store.get(list(second)) == {}


def test_use_is_noted_once_an_hour(path: Path) -> None:
    clock = Clock()
    own = batch("a", 0)

    def places() -> list[tuple[int, int]]:
        sql = sqlite3.connect(path)
        rows = sql.execute("SELECT place, used FROM answers ORDER BY number").fetchall()
        sql.close()
        return rows

    with opened(path, clock=clock) as store:
        store.put(own)
    before = places()
    with opened(path, clock=clock) as store:
        store.get(list(own))
    assert places() == before
    clock.now += HOUR_S
    with opened(path, clock=clock) as store:
        store.get(list(own))
    assert all(now > then for now, then in zip(places(), before, strict=True))


def test_a_file_above_a_lower_bound_shrinks(path: Path) -> None:
    with opened(path) as store:
        for number in range(100):
            store.put(batch("x", number))
    assert path.stat().st_size > 1 << 19
    with opened(path, most_bytes=1 << 18) as store:
        assert store.get(list(batch("x", 99))) == batch("x", 99)
        assert not store.get(list(batch("x", 0)))
        store.put(batch("y", 0))
        assert store.get(list(batch("y", 0))) == batch("y", 0)
        assert store.notes == []
    assert path.stat().st_size <= 1 << 18


def test_nothing_of_a_key_but_its_digest_is_in_the_file(path: Path) -> None:
    with opened(path) as store:
        store.put({"a key that is easy to find": b"a value that is easy to find"})
    assert b"value that is easy" in path.read_bytes()
    assert b"key that is easy" not in path.read_bytes()


def test_the_file_says_what_it_is(path: Path) -> None:
    with opened(path):
        pass
    sql = sqlite3.connect(path)
    assert sql.execute("PRAGMA application_id").fetchone() == (database.MARK,)
    assert sql.execute("PRAGMA user_version").fetchone() == (database.SCHEMA,)
    sql.close()
