"""Layers of real networks, as rows: what a profile fitted to a sample of shapes is tested on."""

from collections.abc import Iterator

from py.measure.table.row import Row

BATCHES = (1, 8, 64, 256)


def network(name: str, batch: int) -> list[Row]:
    """Return the layers of a network: convolutions, products and pools; activations are folded."""
    return list(_NETWORKS[name](batch))


def names() -> tuple[str, ...]:
    """Return the names of the networks."""
    return tuple(_NETWORKS)


def conv(
    batch: int, cin: int, side: int, cout: int, window: int, stride: int = 1, groups: int = 1
) -> Row:
    """Return a convolution whose padding keeps a map's side at stride 1."""
    return Row(
        "conv",
        batch=batch,
        cin=cin,
        h=side,
        w=side,
        cout=cout,
        kh=window,
        kw=window,
        stride=stride,
        pad=window // 2,
        groups=groups,
        dtype="fp32",
    )


def fc(batch: int, cin: int, cout: int) -> Row:
    """Return a fully connected layer."""
    return Row("fc", batch=batch, cin=cin, cout=cout, dtype="fp32")


def pool(batch: int, channels: int, side: int, window: int, stride: int, pad: int = 0) -> Row:
    """Return a pooling."""
    return Row(
        "pool",
        batch=batch,
        cin=channels,
        h=side,
        w=side,
        kh=window,
        kw=window,
        stride=stride,
        pad=pad,
        dtype="fp32",
    )


def _resnet50(batch: int) -> Iterator[Row]:
    yield conv(batch, 3, 224, 64, 7, 2)
    yield pool(batch, 64, 112, 3, 2, 1)
    cin, side = 64, 56
    for stage, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3))):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            yield conv(batch, cin, side, width, 1)
            yield conv(batch, width, side, width, 3, stride)
            if block == 0:
                yield conv(batch, cin, side, 4 * width, 1, stride)
            side //= stride
            yield conv(batch, width, side, 4 * width, 1)
            cin = 4 * width
    yield pool(batch, 2048, 7, 7, 1)
    yield fc(batch, 2048, 1000)


def _mobilenet_v2(batch: int) -> Iterator[Row]:
    yield conv(batch, 3, 224, 32, 3, 2)
    cin, side = 32, 112
    settings = (
        *((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)),
        *((6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)),
    )
    for expansion, cout, blocks, first in settings:
        for block in range(blocks):
            stride = first if block == 0 else 1
            wide = cin * expansion
            if expansion > 1:
                yield conv(batch, cin, side, wide, 1)
            yield conv(batch, wide, side, wide, 3, stride, groups=wide)
            side //= stride
            yield conv(batch, wide, side, cout, 1)
            cin = cout
    yield conv(batch, 320, 7, 1280, 1)
    yield pool(batch, 1280, 7, 7, 1)
    yield fc(batch, 1280, 1000)


def _vgg16(batch: int) -> Iterator[Row]:
    cin, side = 3, 224
    for width, layers in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(layers):
            yield conv(batch, cin, side, width, 3)
            cin = width
        yield pool(batch, width, side, 2, 2)
        side //= 2
    for inputs, outputs in ((25088, 4096), (4096, 4096), (4096, 1000)):
        yield fc(batch, inputs, outputs)


def _resnext50(batch: int) -> Iterator[Row]:
    yield conv(batch, 3, 224, 64, 7, 2)
    yield pool(batch, 64, 112, 3, 2, 1)
    cin, side = 64, 56
    for stage, (width, blocks) in enumerate(((128, 3), (256, 4), (512, 6), (1024, 3))):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            yield conv(batch, cin, side, width, 1)
            yield conv(batch, width, side, width, 3, stride, groups=32)
            if block == 0:
                yield conv(batch, cin, side, 2 * width, 1, stride)
            side //= stride
            yield conv(batch, width, side, 2 * width, 1)
            cin = 2 * width
    yield pool(batch, 2048, 7, 7, 1)
    yield fc(batch, 2048, 1000)


_NETWORKS = {
    "resnet50": _resnet50,
    "mobilenet_v2": _mobilenet_v2,
    "vgg16": _vgg16,
    "resnext50": _resnext50,
}
