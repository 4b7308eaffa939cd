"""The features of section 4.1.2 of papers/003, and the special terms of its equation (1).

Features are those of ``py.platforms.measured.features``, by their names there; ``log(batch)`` and
the like are factors of ``py.platforms.measured.polynomial``, so that a fit and its evaluation work
out the same numbers.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from py.errors import JoulegraphError
from py.platforms.measured.features import features_of
from py.platforms.measured.polynomial import factor_of
from py.platforms.measured.workload import Workload

Columns = Mapping[str, NDArray[np.float64]]

# Convolution: batch, input tensor, kernel, stride, padding, output tensor. The paper has no groups;
# where there are some, they are a size of both tensors.
_CONV = ("batch", "groups", "cin", "h", "w", "kh", "kw", "stride", "pad", "cout", "oh", "ow")
#: By kind of workload. Fully connected: batch, input, output. Pooling: input tensor (whose first
#: size is the batch), stride, kernel, output tensor.
FEATURES: Mapping[str, tuple[str, ...]] = {
    "conv": _CONV,
    "grouped": _CONV,
    "depthwise": _CONV,
    "dense": ("batch", "cin", "cout"),
    "pool": ("batch", "cin", "h", "w", "kh", "kw", "stride", "oh", "ow"),
}
_WITH_WEIGHTS = ("ifmap_bytes", "ofmap_bytes", "weight_bytes", "macs")
#: Memory accesses of the tensors and operations; pooling has no kernel tensor.
SPECIAL: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("conv", "grouped", "depthwise", "dense"), _WITH_WEIGHTS),
    "pool": ("ifmap_bytes", "ofmap_bytes", "ops"),
}
#: May be 0, so that it has no logarithm.
_NO_LOGARITHM = frozenset({"pad"})


def offered(kind: str, *, logarithms: bool) -> tuple[str, ...]:
    """Return the features of a kind of layer, for power with their logarithms (equation 2).

    Raises:
        JoulegraphError: ``form-not-for-kind``: the paper has no model of such layers.
    """
    if kind not in FEATURES:
        raise JoulegraphError(
            "form-not-for-kind",
            f"The form neuralpower is for {', '.join(FEATURES)}, got {kind[:40]!r}.",
            "Leave these rows out, or fit the default form.",
        )
    plain = FEATURES[kind]
    return plain + tuple(
        f"log({name})" for name in plain if logarithms and name not in _NO_LOGARITHM
    )


def columns(works: Sequence[Workload], kind: str, *, logarithms: bool) -> Columns:
    """Return each feature and special term of workloads of one kind, a number a workload.

    Raises:
        JoulegraphError: ``form-not-for-kind``.
    """
    wanted = [factor_of(name) for name in (*offered(kind, logarithms=logarithms), *SPECIAL[kind])]
    values = [features_of(work) for work in works]
    return {
        factor.text: np.array([factor(value) for value in values], dtype=np.float64)
        for factor in wanted
    }
