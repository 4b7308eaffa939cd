"""What may be set of the torch runner; every setting is part of a profile's identity."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from py.errors import JoulegraphError
from py.platforms.load import PUBLIC

Layout = Literal["contiguous", "channels_last"]
BatchNorm = Literal["folded", "kept"]

_ON = {"on": True, "off": False}
_MOST_BYTES = 1 << 40
_MOST_THREADS = 4096


@dataclass(frozen=True, slots=True)
class TorchSettings:
    """``threads`` of a processor, None for as many as torch chooses.

    ``layout`` is that of feature maps in memory. ``cudnn_benchmark`` lets cuDNN try its algorithms
    and take the fastest. ``batch_norm`` of whole networks is ``folded`` into convolutions, as they
    are deployed, or ``kept``, as in a module run eagerly. ``cache_bytes`` is the last-level cache,
    None for what torch says of a GPU and a large one of a processor. ``models`` is the folder with
    the networks' ONNX files.
    """

    threads: int | None = None
    layout: Layout = "contiguous"
    cudnn_benchmark: bool = False
    batch_norm: BatchNorm = "folded"
    cache_bytes: int | None = None
    models: str = str(PUBLIC / "models")

    def __post_init__(self) -> None:
        if self.threads is not None and not 1 <= self.threads <= _MOST_THREADS:
            raise ValueError(f"TorchSettings: threads are 1 to {_MOST_THREADS}, got {self.threads}")
        if self.layout not in get_args(Layout):
            raise ValueError(f"TorchSettings: layout is {_either(Layout)}, got {self.layout!r}")
        if self.batch_norm not in get_args(BatchNorm):
            rule = f"batch_norm is {_either(BatchNorm)}"
            raise ValueError(f"TorchSettings: {rule}, got {self.batch_norm!r}")
        if self.cache_bytes is not None and not 0 < self.cache_bytes <= _MOST_BYTES:
            raise ValueError(f"TorchSettings: cache_bytes are positive, got {self.cache_bytes}")


def settings_of(given: Mapping[str, str]) -> TorchSettings:
    """Return the settings that texts give by name, the others as they are by default.

    Raises:
        JoulegraphError: ``settings-invalid`` naming what is none, or not of its form.
    """
    known = {one.name for one in fields(TorchSettings)}
    strange = sorted(set(given) - known)
    if strange:
        expected = ", ".join(sorted(known))
        raise _invalid(f"Settings of the torch runner are {expected}, got {strange[0][:40]!r}.")
    found: dict[str, Any] = {}
    for name, text in given.items():
        found[name] = _read(name, text)
    try:
        return TorchSettings(**found)
    except ValueError as error:
        raise _invalid(f"{error}.") from None


def _read(name: str, text: str) -> Any:
    if name in ("threads", "cache_bytes"):
        try:
            return int(text)
        except ValueError:
            raise _invalid(f"The setting {name} is a whole number, got {text[:40]!r}.") from None
    if name == "cudnn_benchmark":
        if text not in _ON:
            raise _invalid(f"The setting {name} is on or off, got {text[:40]!r}.")
        return _ON[text]
    return text


def _either(kind: Any) -> str:
    return " or ".join(get_args(kind))


def _invalid(message: str) -> JoulegraphError:
    return JoulegraphError("settings-invalid", message, "Change the setting, or leave it out.")
