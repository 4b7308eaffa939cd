"""Free texts: nothing that names a person, a machine or a network goes into the open."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.check.privacy import private_in
from py.measure.machine.redacted import free_lines, free_text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("NVIDIA H100 80GB HBM3", "NVIDIA H100 80GB HBM3"),
        ("/home/alice/lib/x.so: broken", "~: broken"),
        ("open /Users/bob/Library/a b", "open ~ b"),
        (r"C:\Users\carol\x.dll missing", "~ missing"),
        ("in /root/.cache/y", "in ~"),
        ("card 52:54:00:AB:cd:ef", "card (left out)"),
        ("at 192.168.0.7:80", "at (left out):80"),
        ("at fe80:0:0:0:1:2:3:4 now", "at (left out) now"),
        ("GPU-4c4c4544-0044-4210-8051-c3c04f4d3332 fell", "(left out) fell"),
        ("0123456789abcdef0123456789abcdef", "(left out)"),
        ("driver 570.86.15", "driver 570.86.15"),
        ("fe80::1: refused", "(left out): refused"),
        ("52:54:00:ab:cd:ef: down", "(left out): down"),
        ("ask box.local", "ask (left out)"),
        ("c10::Error at 10:11:12", "c10::Error at 10:11:12"),
        ("two\nlines\x1b[31m", "two lines?[31m"),
        ("  ", None),
        (None, None),
    ],
)
def test_free_text(text: str | None, told: str | None) -> None:
    assert free_text(text) == told


def test_lines_stay_lines() -> None:
    assert free_lines("sudo a\n\nsudo b\n") == ("sudo a", "sudo b")
    assert len(free_lines("x\n" * 50)) == 8


@pytest.mark.parametrize(
    "text",
    [
        *("/home/alice", "/Users/bob/x", r"D:\Users\carol", "52-54-00-ab-cd-ef", "fe80::1:"),
        *("192.168.0.7", "box.lan", "GPU-4c4c4544-0044-4210-8051-c3c04f4d3332", "/root/x"),
    ],
)
def test_what_check_finds_is_taken_out(text: str) -> None:
    told = f"can't open {text}, why"
    assert list(private_in({"reason": told}, frozenset()))
    assert list(private_in({"reason": free_text(told)}, frozenset())) == []


_HOMES = st.sampled_from(["/home/", "/Users/"])
_NAMES = st.from_regex(r"[a-z][a-z0-9._-]{2,12}", fullmatch=True)


@given(st.text(max_size=50), _HOMES, _NAMES, st.text(max_size=50))
def test_a_home_never_gets_through(before: str, home: str, name: str, after: str) -> None:
    told = free_text(f"{before} {home}{name} {after}") or ""
    assert f"{home}{name}" not in told
    assert len(told) <= 200
    assert told.isprintable()


@given(st.ip_addresses(v=4).filter(lambda one: one.packed[0] > 0))
def test_an_address_never_gets_through(address: object) -> None:
    told = free_text(f"host at {address} refused") or ""
    assert str(address) not in told
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", told)
    assert list(private_in({"reason": told}, frozenset())) == []
