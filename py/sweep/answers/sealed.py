"""A stored answer, and by what it is known to be whole and to be that of its key."""

from hashlib import blake2b, sha256
from typing import NamedTuple


class Sealed(NamedTuple):
    """An answer as it lies in a file, under the number that stands for its key there.

    What is read from a damaged file may be of any type.
    """

    number: int
    seal: bytes
    value: bytes


def sealed(key: str, value: bytes) -> Sealed:
    """Return a value as it is to lie in the file."""
    digest = _digest(key)
    return Sealed(_number(digest), _seal(digest, value), value)


def number_of(key: str) -> int:
    """Return the number of a key: 64 bits, with a sign. Two keys of one number are told apart."""
    return _number(_digest(key))


def is_whole(key: str, found: Sealed) -> bool:
    """Whether what was read is, to the bit, what was sealed for a key."""
    value: object = found.value
    return isinstance(value, bytes) and _seal(_digest(key), value) == found.seal


def _digest(key: str) -> bytes:
    return sha256(key.encode(errors="surrogatepass")).digest()


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)


def _seal(digest: bytes, value: bytes) -> bytes:
    return blake2b(value, digest_size=16, key=digest).digest()
