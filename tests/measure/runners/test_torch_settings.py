"""Settings of the torch runner: read from texts, or refused by name."""

import sys

import pytest

from py.errors import JoulegraphError
from py.measure.runners.torch_runner import open_runner
from py.measure.runners.torch_settings import TorchSettings, settings_of


def test_texts_become_settings() -> None:
    given = {"threads": "2", "layout": "channels_last", "cudnn_benchmark": "on"}
    assert settings_of(given) == TorchSettings(
        threads=2, layout="channels_last", cudnn_benchmark=True
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("colour", "red"),
        ("threads", "two"),
        ("threads", "0"),
        ("layout", "nhwc"),
        ("batch_norm", "frozen"),
        ("cudnn_benchmark", "true"),
        ("cache_bytes", "-1"),
    ],
)
def test_what_is_no_setting_is_refused(name: str, text: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        settings_of({name: text})
    assert caught.value.code == "settings-invalid"
    assert name in caught.value.message


def test_without_torch_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(JoulegraphError) as caught:
        open_runner("cpu")
    assert caught.value.code == "runner-missing"
