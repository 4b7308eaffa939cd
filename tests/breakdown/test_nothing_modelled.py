"""Where nothing got an estimate the totals are unknown, not zero."""

from py.breakdown import Options, price, result_table
from py.layers import Model, NotModelled
from py.platforms import load_platform


def test_totals_of_nothing_are_unknown() -> None:
    lost = NotModelled("odd", "com.example:Mystery", (0,), None, "The operator is not known.")
    result = price(
        Model("m", "onnx", 1, (), not_modelled=(lost,)), load_platform("eyeriss"), Options()
    )
    totals = result.totals()
    assert totals["energy_macs"] is None
    assert totals["energy_j"] is None
    assert totals["per_inference"]["energy_macs"] is None
    assert result.macs_share() is None
    text = result_table(result)
    assert "unknown" in text
    assert "odd: The operator is not known." in text
