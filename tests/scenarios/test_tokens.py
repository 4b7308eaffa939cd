"""Prefill against decode, and joules per token."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import Options, Result, model_from_state, price, state_of
from py.errors import JoulegraphError
from py.layers import Choices, read_model
from py.platforms import load_platform
from py.scenarios import Cost, Lengths, Setting, lengths_of, tokens
from py.scenarios.tokens import positions, shares_of
from tests.corpus.recorded import CORPUS, MISSING
from tests.graph.microsoft.test_transformer_models import decoder
from tests.models import conv_net, read
from tests.scenarios.models import HIDDEN, WORDS, language_model, setting, silent

BOTH = "past_sequence_length + sequence_length"


@pytest.fixture
def cached(tmp_path: Path) -> Path:
    path = tmp_path / "cached.onnx"
    path.write_bytes(language_model())
    return path


def by_itself(path: Path, batch: int | None = None, **dims: int) -> Result:
    """Return the file's result at sizes given by name, on a platform of its own."""
    with path.open("rb") as file:
        model = read_model(file, path.name, Choices(batch=batch, dims=dims))
    return price(model, load_platform("eyeriss"), Options())


@pytest.mark.parametrize("batch", [None, 3])
def test_with_a_cache_each_run_is_the_price_at_its_lengths(cached: Path, batch: int | None) -> None:
    known = setting(cached, options=Options(Choices(batch=batch)))
    found = tokens(known, lengths_of(known.model), 5, 3, silent)
    prompt = by_itself(cached, batch, sequence_length=5, past_sequence_length=0)
    assert found.prefill == Cost.of(prompt)
    alone = [
        by_itself(cached, batch, sequence_length=1, past_sequence_length=past) for past in (5, 6, 7)
    ]
    assert found.decode == tuple(
        (past, Cost.of(result)) for past, result in zip((5, 6, 7), alone, strict=True)
    )
    energies = [result.energy_j or math.nan for result in alone]
    texts = batch or 1
    assert found.batch == texts
    assert found.generated.energy_j == math.fsum(energies)
    document = found.as_json()
    assert document["energy_j_per_token"] == math.fsum(energies) / (3 * texts)
    assert document["energy_j_per_prompt_token"] == (prompt.energy_j or math.nan) / (5 * texts)
    assert document["total"]["energy_j"] == math.fsum([prompt.energy_j or 0, math.fsum(energies)])
    assert document["cache"] is True
    assert "with all before it in the cache (past_sequence_length)" in document["about"]


def test_without_a_cache_the_whole_text_is_run_again(tmp_path: Path) -> None:
    path = tmp_path / "plain.onnx"
    path.write_bytes(language_model("seq", None, "seq"))
    known = setting(path)
    found = tokens(known, lengths_of(known.model), 5, 2, silent)
    assert [place for place, _ in found.decode] == [5, 6]
    assert [cost for _, cost in found.decode] == [
        Cost.of(by_itself(path, seq=length)) for length in (6, 7)
    ]
    assert found.as_json()["cache"] is False
    assert "the file has no cache" in found.about


def test_a_decoder_whose_mask_has_a_length_of_its_own(tmp_path: Path) -> None:
    """As onnxruntime's GenAI builder writes it: total_sequence_length follows the other two."""
    path = tmp_path / "genai.onnx"
    path.write_bytes(decoder(2, packed=True).SerializeToString())
    known = setting(path)
    lengths = lengths_of(known.model)
    assert lengths.as_json() == {
        "sequence": ["sequence_length"],
        "past": ["past_sequence_length"],
        "total": ["total_sequence_length"],
    }
    found = tokens(known, lengths, 4, 1, silent)
    after = by_itself(path, sequence_length=1, past_sequence_length=4, total_sequence_length=5)
    assert found.decode == ((4, Cost.of(after)),)


@given(st.integers(1, 40), st.integers(0, 40))
@settings(max_examples=25)
def test_macs_by_hand(new: int, past: int) -> None:
    """Four products with weights and the logits for each new token; scores and mixture with all."""
    lengths = Lengths(("sequence_length",), ("past_sequence_length",))
    model = read(language_model(), choices=Choices(dims=lengths.sizes(new, past)))
    with_weights = new * (4 * HIDDEN * HIDDEN + HIDDEN * WORDS)
    assert model.macs == with_weights + 2 * new * (past + new) * HIDDEN


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("sequence_length", "past_sequence_length", BOTH), ("sequence_length",)),
        (("sequence", "past_sequence", "past_sequence + sequence"), ("sequence",)),
        (("sequence_length", "past_sequence_length", "past_sequence_length + 1"), None),
        (("decoder_sequence_length", "past_decoder_sequence_length", None), None),
        (("seq_len", "cache_len", None), None),
        (("", "", ""), ("input_ids[1]",)),
    ],
)
def test_names_of_exporters(
    tmp_path: Path, names: tuple[str, str, str | None], expected: tuple[str, ...] | None
) -> None:
    path = tmp_path / "named.onnx"
    path.write_bytes(language_model(*names))
    known = setting(path)
    lengths = lengths_of(known.model)
    assert lengths.sequence == (expected or (names[0],))
    if names[1]:
        assert lengths.past == (names[1],)
        assert lengths.total == ()
    else:
        assert lengths.past == ("past_key_values.0.key[2]", "past_key_values.0.value[2]")
        assert lengths.total == ("attention_mask[1]",)
    assert len(tokens(known, lengths, 3, 2, silent).decode) == 2


def test_names_that_nobody_would_guess(tmp_path: Path) -> None:
    path = tmp_path / "odd.onnx"
    path.write_bytes(language_model("q", "r", None))
    known = setting(path)
    with pytest.raises(JoulegraphError, match="Open here: batch_size, q, r") as caught:
        lengths_of(known.model)
    assert caught.value.code == "length-unknown"
    assert "--sequence-dim" in caught.value.remedy
    lengths = lengths_of(known.model, ["q"], ["r"])
    found = tokens(known, lengths, 3, 1, silent)
    assert found.decode == ((3, Cost.of(by_itself(path, q=1, r=3))),)


def test_a_cache_whose_length_is_not_told_from_its_batch(tmp_path: Path) -> None:
    """Without names, two open dimensions of a cache may be either: nobody guesses."""
    path = tmp_path / "unnamed.onnx"
    path.write_bytes(language_model("", "", "", batch=""))
    caches = [f"past_key_values.0.{part}" for part in ("key", "value")]
    known = setting(path, options=Options(Choices(dims={f"{name}[0]": 1 for name in caches})))
    with pytest.raises(JoulegraphError, match="is the past can't be told"):
        lengths_of(known.model)
    past = [f"{name}[2]" for name in caches]
    lengths = lengths_of(known.model, past=past)
    assert lengths.past == tuple(past)
    assert lengths.sequence == ("input_ids[1]",)
    assert len(tokens(known, lengths, 3, 1, silent).decode) == 1


@pytest.mark.parametrize(("sequence", "past"), [(["x"], []), ([], ["x"]), (["q"], ["q"])])
def test_names_that_are_none(tmp_path: Path, sequence: list[str], past: list[str]) -> None:
    path = tmp_path / "odd.onnx"
    path.write_bytes(language_model("q", "r", None))
    with pytest.raises(JoulegraphError) as caught:
        lengths_of(setting(path).model, sequence, past)
    assert caught.value.code == "length-unknown"


def test_what_is_no_language_model_is_told(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("n"))
    with pytest.raises(JoulegraphError, match="recognised as the length of a text"):
        lengths_of(setting(path).model)


def test_a_link_has_no_lengths_left(cached: Path) -> None:
    known = setting(cached)
    state = state_of(price(known.model, known.platform, known.options))
    linked = Setting(model_from_state(state), known.platform, known.options)
    with pytest.raises(JoulegraphError) as caught:
        tokens(linked, lengths_of(known.model), 3, 1, silent)
    assert caught.value.code == "no-graph"
    with pytest.raises(JoulegraphError) as caught:
        lengths_of(linked.model)
    assert caught.value.code == "no-graph"


@pytest.mark.parametrize(("prompt", "generate"), [(0, 1), (1, 0), (1 << 21, 1)])
def test_numbers_of_tokens_that_are_none(cached: Path, prompt: int, generate: int) -> None:
    known = setting(cached)
    with pytest.raises(JoulegraphError) as caught:
        tokens(known, lengths_of(known.model), prompt, generate, silent)
    assert caught.value.code == "tokens-invalid"


@given(st.integers(0, 10**6), st.integers(1, 10**5))
def test_positions_count_every_token_once(first: int, count: int) -> None:
    places = positions(first, count)
    assert places[0] == first
    assert places[-1] == first + count - 1
    assert list(places) == sorted(set(places))
    shares = shares_of(places)
    assert math.fsum(shares) == count
    # What goes straight with the position is summed exactly.
    straight = math.fsum(share * place for share, place in zip(shares, places, strict=True))
    assert straight == count * (2 * first + count - 1) / 2


@pytest.mark.skipif(not CORPUS.is_dir(), reason=MISSING)
def test_an_exported_gpt2(tmp_path: Path) -> None:
    """Positions left out are a matter of the trapezium rule: within a hundredth of all of them."""
    path = CORPUS / "models" / "gpt2_small_ts17_dyn.onnx"
    known = setting(path)
    lengths = lengths_of(known.model)
    assert lengths.sequence == ("seq",)
    assert not lengths.past
    some = tokens(known, lengths, 16, 40, silent)
    assert len(some.decode) == 9
    every = [
        price(known.at_sizes(lengths.sizes(place + 1)), known.platform, known.options)
        for place in range(16, 56)
    ]
    exact = math.fsum(result.energy_macs or math.nan for result in every)
    assert some.generated.energy_macs == pytest.approx(exact, rel=0.01)
