"""Zeros of every element type, in every form that it is stored in, against numpy and onnx."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from py.graph.dtype import dtype_of
from py.graph.weights import Absent, Stored, count_zeros, zero_of
from tests.graph.weights.files_in_memory import ARITHMETICS, model_of, opened, stored

#: Every type of the standard that holds numbers. 6-bit floats have no numpy type to compare with.
NUMBERS = [
    number
    for name, number in TensorProto.DataType.items()
    if name not in ("UNDEFINED", "STRING") and not name.startswith("FLOAT6")
]
FLOAT_FIELDS = {TensorProto.FLOAT, TensorProto.COMPLEX64}
DOUBLE_FIELDS = {TensorProto.DOUBLE, TensorProto.COMPLEX128}


def raw_tensor(number: int, size: int, seed: int) -> TensorProto:
    """Return a tensor of bytes many of which are zero, or nearly."""
    dtype = dtype_of(number)
    assert dtype is not None
    zero = zero_of(dtype)
    assert zero is not None
    rng = np.random.default_rng(seed)
    count = (size * zero.bits + 7) // 8
    data = rng.choice([0, 0, 0, 0, 1, 8, 0x80, 0x7F, 0x10], count).astype(np.uint8)
    # Elements that are zero but for the sign: the only bit set is the highest.
    width = max(1, zero.bits // 8)
    for at in range(0, count - width + 1, 3 * width):
        data[at : at + width] = [0] * (width - 1) + [0x80]
    if number == TensorProto.BOOL:
        data &= 1
    tensor = TensorProto(name="t", data_type=number, dims=[size])
    tensor.raw_data = data.tobytes()
    return tensor


def typed(tensor: TensorProto) -> TensorProto:
    """Return a raw tensor's elements in the field of its type."""
    result = TensorProto(name="t", data_type=tensor.data_type, dims=tensor.dims)
    number, data = tensor.data_type, tensor.raw_data
    if number in FLOAT_FIELDS:
        result.float_data.extend(np.frombuffer(data, "<f4"))
    elif number in DOUBLE_FIELDS:
        result.double_data.extend(np.frombuffer(data, "<f8"))
    elif number == TensorProto.INT64:
        result.int64_data.extend(np.frombuffer(data, "<i8"))
    elif number in (TensorProto.UINT32, TensorProto.UINT64):
        kind = "<u4" if number == TensorProto.UINT32 else "<u8"
        result.uint64_data.extend(int(value) for value in np.frombuffer(data, kind))
    else:
        zero = zero_of(dtype_of(number))
        assert zero is not None
        kind = {8: "u1", 16: "<u2", 32: "<i4"}[max(8, zero.bits)]
        if number in (TensorProto.INT8, TensorProto.INT16):
            kind = kind.replace("u", "i")  # negative ones are ten bytes long
        result.int32_data.extend(int(value) for value in np.frombuffer(data, kind))
    return result


def zeros_by_numpy(tensor: TensorProto) -> int:
    values = numpy_helper.to_array(tensor)
    with np.errstate(invalid="ignore"):  # some are NaN
        wide = values if values.dtype.kind == "c" else values.astype(np.float64)
        return int(np.count_nonzero(wide == 0))


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize("form", ["raw", "typed"])
@pytest.mark.parametrize("number", NUMBERS, ids=TensorProto.DataType.Name)
def test_every_type_is_counted_as_numpy_counts_it(number: int, form: str, arithmetic: str) -> None:
    for size in (1, 2, 3, 5, 64, 1001):
        tensor = raw_tensor(number, size, seed=size)
        expected = zeros_by_numpy(tensor)
        data = model_of(tensor if form == "raw" else typed(tensor))
        where = stored(data)
        assert isinstance(where, Stored), where
        assert where.elements == size
        zero = zero_of(where.dtype)
        assert zero is not None
        assert count_zeros(where, zero, opened(data, arithmetic)) == expected


def test_some_of_each_are_zero_and_some_are_not() -> None:
    """The data above tell a right count from none and from all."""
    for number in NUMBERS:
        expected = zeros_by_numpy(raw_tensor(number, 1001, seed=1001))
        if dtype_of(number) == "float8_e8m0fnu":
            assert expected == 0  # powers of two
        else:
            assert 0 < expected < 1001, TensorProto.DataType.Name(number)


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_a_negative_zero_is_zero_and_the_smallest_number_is_not(arithmetic: str) -> None:
    for dtype in (np.float16, np.float32, np.float64):
        smallest = np.finfo(dtype).smallest_subnormal
        values = np.array([0.0, -0.0, smallest, -smallest, np.nan, np.inf], dtype)
        data = model_of(numpy_helper.from_array(values, "t"))
        where = stored(data)
        assert isinstance(where, Stored)
        zero = zero_of(where.dtype)
        assert zero is not None
        assert count_zeros(where, zero, opened(data, arithmetic)) == 2


def test_a_float8_without_negative_zero_has_a_nan_there() -> None:
    for number, zeros in {
        TensorProto.FLOAT8E4M3FN: 2,
        TensorProto.FLOAT8E5M2: 2,
        TensorProto.FLOAT8E4M3FNUZ: 1,
        TensorProto.FLOAT8E5M2FNUZ: 1,
    }.items():
        tensor = TensorProto(name="t", data_type=number, dims=[2], raw_data=b"\x00\x80")
        data = model_of(tensor)
        where = stored(data)
        assert isinstance(where, Stored)
        zero = zero_of(where.dtype)
        assert zero is not None
        assert count_zeros(where, zero, opened(data)) == zeros == zeros_by_numpy(tensor)


def test_text_has_no_zeros() -> None:
    tensor = TensorProto(name="t", data_type=TensorProto.STRING, dims=[2], string_data=[b"", b"b"])
    assert stored(model_of(tensor)) == Absent("of a type without zeros")


def sparse(listed: int) -> onnx.SparseTensorProto:
    values = helper.make_tensor("t", TensorProto.FLOAT, [listed], [1.0] * listed)
    places = helper.make_tensor("", TensorProto.INT64, [listed], list(range(listed)))
    return helper.make_sparse_tensor(values, places, [10, 10])


def test_a_sparse_tensor_tells_its_zeros_by_what_it_lists() -> None:
    data = model_of(sparse=(sparse(7),))
    where = stored(data)
    assert isinstance(where, Stored)
    zero = zero_of(where.dtype)
    assert zero is not None
    assert count_zeros(where, zero, opened(data)) == 93


def test_a_sparse_tensor_that_lists_nothing_is_not_in_the_file() -> None:
    assert stored(model_of(sparse=(sparse(0),))) == Absent("no elements in the file")


def test_a_tensor_whose_bytes_were_taken_out_is_not_in_the_file() -> None:
    tensor = TensorProto(name="t", data_type=TensorProto.FLOAT, dims=[1000])
    assert stored(model_of(tensor)) == Absent("no elements in the file")


@pytest.mark.parametrize("size", [3996, 4004, 0, 3999])
def test_raw_bytes_that_do_not_fill_the_shape_are_said(size: int) -> None:
    tensor = TensorProto(name="t", data_type=TensorProto.FLOAT, dims=[1000], raw_data=bytes(size))
    where = stored(model_of(tensor))
    assert isinstance(where, Absent)
    assert where.why in ("not as many elements as the shape needs", "no elements in the file")


@pytest.mark.parametrize("count", [999, 1001])
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_varints_that_do_not_fill_the_shape_are_said(count: int, arithmetic: str) -> None:
    tensor = TensorProto(name="t", data_type=TensorProto.INT64, dims=[1000])
    tensor.int64_data.extend([0, -1] * (count // 2) + [5] * (count % 2))
    data = model_of(tensor)
    where = stored(data)
    assert isinstance(where, Stored)
    zero = zero_of("int64")
    assert zero is not None
    found = count_zeros(where, zero, opened(data, arithmetic))
    assert isinstance(found, Absent)
    assert "shape needs" in found.why


def test_elements_that_are_fields_of_their_own_are_counted() -> None:
    """Old writers did not pack: each element then has a tag."""
    content = b"\x08\x06" + b"\x10\x06" + b"".join(b"\x28" + bytes([n]) for n in (0, 5, 0, 0, 1, 2))
    tensor = TensorProto.FromString(content)
    assert list(tensor.int32_data) == [0, 5, 0, 0, 1, 2]
    from tests.graph.wire_bytes import model, nested, node, value

    data = model(nested(5, content + nested(8, "t")) + node("Relu", "x", "y") + value(11, "x", 1))
    where = stored(data)
    assert isinstance(where, Stored)
    zero = zero_of(where.dtype)
    assert zero is not None
    assert count_zeros(where, zero, opened(data)) == 3
