"""A third spatial dimension: its planes are loops of their own, and neighbours share them."""

import pytest
from onnx import helper

from py.layers import LoopNest
from py.layers.loops import Planes
from py.platforms import CountedEstimate, load_platform
from py.platforms.accelerator.problem import problem_of
from tests.models import read, serialised, weights


def volume_net() -> bytes:
    """2 clips of 8 frames of 6x6, 3 channels to 4, 3x3x3 taps, every second frame."""
    node = helper.make_node(
        "Conv", ["x", "w"], ["y"], "conv", pads=[1, 1, 1, 1, 1, 1], strides=[2, 1, 1]
    )
    return serialised(
        [node], {"x": (2, 3, 8, 6, 6)}, {"y": (2, 4, 4, 6, 6)}, [weights("w", 4, 3, 3, 3, 3)]
    )


def test_planes_come_from_the_model() -> None:
    (layer,) = read(volume_net()).layers
    assert layer.loops is not None
    assert layer.loops.planes == Planes(o=4, t=3, d=8, stride=2, dilation=1, padding=(1, 0))
    assert (layer.loops.n, layer.loops.c) == (2 * 4, 3 * 3)
    problem = problem_of(layer.loops)
    assert dict(zip("ngmcopqtrs", problem.extents, strict=True)) == {
        **{"n": 2, "g": 1, "m": 4, "c": 3, "o": 4, "p": 6, "q": 6, "t": 3, "r": 3, "s": 3}
    }
    assert (problem.stride, problem.padding, problem.image) == ((2, 1, 1), (1, 1, 1), (8, 6, 6))
    assert problem.macs == layer.macs == layer.loops.macs
    assert problem.elements("ofmap") == layer.ofmap_elements
    assert problem.elements("ifmap") == 2 * 3 * 9 * 8 * 8  # with the padding that is reached


def test_neighbouring_outputs_share_planes() -> None:
    """Every ifmap value comes from DRAM once; as images and channels it would come three times."""
    (layer,) = read(volume_net()).layers
    found = load_platform("eyeriss").estimate(layer)
    assert isinstance(found, CountedEstimate)
    words = [t.accesses for t in found.terms if (t.tensor, t.level) == ("ifmap", "dram")]
    assert words == [2 * 3 * 9 * 8 * 8]


def test_flat_layers_have_no_planes() -> None:
    flat = LoopNest(n=2, g=1, m=4, c=3, p=6, q=6, r=3, s=3, h=6, w=6, padding=(1, 1, 1, 1))
    assert problem_of(flat).extents[4] == problem_of(flat).extents[7] == 1
    with pytest.raises(ValueError, match="planes"):
        LoopNest(n=3, g=1, m=1, c=1, p=1, q=1, r=1, s=1, h=1, w=1, planes=Planes(2, 1, 2))
