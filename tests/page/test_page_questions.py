"""What a file leaves open, as a form: answered, refused, corrected, kept in the link."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from onnx import NodeProto, TensorProto, helper
from playwright.sync_api import Locator, Page, expect

from py.page import handle
from py.platforms.load import read_platform_file
from tests.models import serialised, weights
from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from tests.page.reading import dial, error, shows

PHONE = {"viewport": {"width": 390, "height": 844}}
ENLARGED = {"viewport": {"width": 320, "height": 256}}  # 1280 px at 400 %
DESK = {"viewport": {"width": 1440, "height": 900}}
FAULTS = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map(({ id, impact, nodes }) => [id, impact, nodes.map((n) => n.html)]);
}"""
STAYS = "Drop the file to change them."


@pytest.fixture(scope="session")
def axe(root: Path) -> str:
    return (root / "node_modules" / "axe-core" / "axe.min.js").read_text()


# --- models -------------------------------------------------------------------------------------


def image_net(view: int | None = None) -> bytes:
    """Two convolutions of images of any size, or of those that make rows of ``view`` elements."""
    nodes = [
        helper.make_node("Conv", ["x", "w1"], ["a"], "conv1", pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["a", "w2"], ["b"], "conv2", pads=[1, 1, 1, 1]),
    ]
    given = [weights("w1", 8, 3, 3, 3), weights("w2", 8, 8, 3, 3)]
    if view is not None:
        nodes.append(helper.make_node("Reshape", ["b", "to"], ["y"], "view"))
        given.append(helper.make_tensor("to", TensorProto.INT64, [2], [-1, view]))
    last = nodes[-1].output[0]
    return serialised(nodes, {"x": ("batch", 3, "height", "width")}, {last: None}, given)


def open_ended(count: int = 1) -> bytes:
    """An If on an input's value, a Loop that its body ends, and NonZero, ``count`` times each."""
    nodes: list[NodeProto] = []
    for i in range(count):
        product = helper.make_node("MatMul", ["x", "w"], [f"big{i}"], f"dense{i}")
        copy = helper.make_node("Identity", ["x"], [f"small{i}"], f"copy{i}")
        nodes.append(
            helper.make_node(
                "If",
                [f"go{i}"],
                [f"chosen{i}"],
                f"if{i}",
                then_branch=helper.make_graph([product], "then", [], [_any(f"big{i}")]),
                else_branch=helper.make_graph([copy], "else", [], [_any(f"small{i}")]),
            )
        )
        body = [
            helper.make_node("MatMul", [f"v{i}", "w"], [f"v_next{i}"], f"step{i}"),
            helper.make_node("ReduceMax", [f"v_next{i}"], [f"top{i}"], keepdims=0),
            helper.make_node("Cast", [f"top{i}"], [f"on{i}"], to=TensorProto.BOOL),
        ]
        taken = [
            helper.make_tensor_value_info(f"n{i}", TensorProto.INT64, []),
            helper.make_tensor_value_info(f"c{i}", TensorProto.BOOL, []),
            helper.make_tensor_value_info(f"v{i}", TensorProto.FLOAT, [4, 16]),
        ]
        given = [_any(f"on{i}"), _any(f"v_next{i}")]
        nodes += [
            helper.make_node("ReduceMax", ["x"], [f"most{i}"], keepdims=0),
            helper.make_node("Cast", [f"most{i}"], [f"go{i}"], to=TensorProto.BOOL),
            helper.make_node(
                "Loop",
                ["", "", f"chosen{i}"],
                [f"looped{i}"],
                f"loop{i}",
                body=helper.make_graph(body, "body", taken, given),
            ),
            helper.make_node("NonZero", ["x"], [f"places{i}"], f"nonzero{i}"),
        ]
    # Conditions come before what they decide.
    order = {"ReduceMax": 0, "Cast": 1, "If": 2, "Loop": 3, "NonZero": 4}
    nodes.sort(key=lambda node: order[node.op_type])
    outputs: dict[str, Sequence[int | str] | None] = {
        node.output[0]: None for node in nodes if node.op_type in ("Loop", "NonZero")
    }
    return serialised(nodes, {"x": (4, 16)}, outputs, [weights("w", 16, 16)])


def shapeless() -> bytes:
    """A convolution of an input of any rank."""
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv")
    return serialised([node], {"x": None}, {"y": None}, [weights("w", 8, 3, 3, 3)])  # type: ignore


def boxes() -> bytes:
    """Images, and boxes beside them: both lead with a free dimension that may be a batch."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["y"], "conv"),
        helper.make_node("MatMul", ["boxes", "v"], ["z"], "score"),
    ]
    given = [weights("w", 8, 3, 3, 3), weights("v", 4, 2)]
    inputs: dict[str, Sequence[int | str]] = {"x": ("images", 3, 8, 8), "boxes": ("found", 4)}
    return serialised(nodes, inputs, {"y": None, "z": None}, given)


def _any(name: str) -> Any:
    info = helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
    info.type.Clear()
    return info


# --- the page -----------------------------------------------------------------------------------


def choose(visit: Visit, folder: Path, data: bytes, name: str = "net") -> Path:
    booted = visit.page.locator("html:not([data-state=boot])")
    expect(booted).to_be_attached(timeout=READY_LIMIT_MS)
    path = folder / f"{name}.onnx"
    path.write_bytes(data)
    visit.page.get_by_label("Model files").set_input_files(str(path))
    return path


def form(page: Page) -> Locator:
    return page.locator(".questions")


def wanted_macs(path: Path, **options: Any) -> int:
    """Return the MACs that the engine says outside of the page."""
    request = {
        "do": "estimate",
        "source": {"kind": "file", "path": str(path), "name": path.name},
        "platform": read_platform_file("eyeriss"),
        "options": options,
    }
    answer = json.loads(handle(json.dumps(request)))
    assert answer["ok"], answer
    return int(answer["result"]["totals"]["macs"])


def settled(visit: Visit, text: str) -> None:
    """Wait until the page says so many MACs, and has nothing more to do."""
    expect(totals(visit.page)).to_have_text(text)
    visit.ready()


def totals(page: Page) -> Locator:
    return page.locator(".totals dl > div", has_text="MACs").first.locator("b")


def said(count: int) -> str:
    """Return a number of MACs as the page writes it."""
    if count < 10_000:
        return str(count)
    power = 2 if count >= 1_000_000 else 1
    scaled = f"{count / 1000**power:.4g}"
    digits = scaled if "." in scaled else f"{scaled}."
    return f"{digits.ljust(5, '0')}\u00a0{' kM'[power]}"


def field(page: Page, name: str) -> Locator:
    return form(page).get_by_label(name, exact=True)


def test_free_dimensions_are_answered_and_kept_in_the_link(
    visit: Visit, site: Site, open_page: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit.page
    path = choose(visit, tmp_path, image_net())
    shows(page, "net")
    expect(page.get_by_role("group", name="Left open by the file")).to_be_visible()
    expect(field(page, "height")).to_have_value("224")
    expect(field(page, "height")).to_have_accessible_description("of input 'x'")
    field(page, "height").fill("64")
    settled(visit, said(wanted_macs(path, dims={"height": 64})))
    expect(page.locator(".meta").first).to_contain_text("1×3×64×224")
    field(page, "width").fill("96")
    settled(visit, said(wanted_macs(path, dims={"height": 64, "width": 96})))

    # Other controls leave the answers alone, and the other way round.
    dial(page, "Weight bits").fill("8")
    expect(page.locator(".detail")).to_contain_text("8 bit")
    visit.ready()
    dial(page, "Batch").fill("3")
    settled(visit, said(wanted_macs(path, batch=3, dims={"height": 64, "width": 96})))
    expect(field(page, "height")).to_have_value("64")
    energy = page.locator(".totals dd b").first.inner_text()
    visit.assert_clean(site)

    other = open_page(page.url)
    shows(other.page, "net")
    expect(totals(other.page)).to_have_text(totals(page).inner_text())
    expect(other.page.locator(".totals dd b").first).to_have_text(energy)
    answers = other.page.get_by_role("region", name="Left open by the file")
    expect(answers.locator("dd")).to_have_text(["64", "96"])
    expect(answers.get_by_text(STAYS)).to_be_visible()
    assert answers.locator("input, select").count() == 0
    other.ready()
    other.assert_clean(site)

    # Another file starts from its own defaults.
    choose(visit, tmp_path, image_net(), "other")
    shows(page, "other")
    expect(field(page, "height")).to_have_value("224")
    expect(page.get_by_role("button", name="Reset to defaults")).to_be_disabled()


def test_one_free_batch_is_the_batch_field(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    path = choose(visit, tmp_path, image_net())
    shows(page, "net")
    assert dial(page, "Batch").count() == 1
    assert form(page).get_by_label("batch").count() == 0
    dial(page, "Batch").fill("2")
    settled(visit, said(wanted_macs(path, dims={"batch": 2})))


def test_of_several_that_follow_the_batch_each_can_be_given(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    path = choose(visit, tmp_path, boxes())
    shows(page, "net")
    expect(field(page, "found")).to_have_value("1")
    expect(field(page, "found")).to_have_accessible_description(
        "of input 'boxes', follows the batch"
    )
    dial(page, "Batch").fill("4")
    settled(visit, said(wanted_macs(path, batch=4)))
    expect(field(page, "found")).to_have_value("4")
    field(page, "found").fill("100")
    settled(visit, said(wanted_macs(path, batch=4, dims={"found": 100})))
    expect(dial(page, "Batch")).to_have_value("4")
    expect(field(page, "images")).to_have_value("4")


def test_branches_runs_and_sizes(
    visit: Visit, site: Site, open_page: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit.page
    path = choose(visit, tmp_path, open_ended())
    shows(page, "net")
    branch, runs, size = (field(page, name) for name in ("go0", "loop0", "places0[1]"))
    expect(branch).to_have_value("then")
    expect(branch).to_have_accessible_description("branch of Node 2 'if0' (If)")
    share = form(page).get_by_label("Probability of then, go0")
    expect(share).to_be_hidden()
    branch.select_option("else")
    settled(visit, said(wanted_macs(path, values={"go0": 0})))
    branch.select_option("probability")
    settled(visit, said(wanted_macs(path, values={"go0": 0.5})))
    expect(share).to_be_visible()
    share.press("Control+a")
    share.press_sequentially("0.25")
    settled(visit, said(wanted_macs(path, values={"go0": 0.25})))
    expect(share).to_have_value("0.25")
    runs.fill("5")
    settled(visit, said(wanted_macs(path, values={"go0": 0.25, "loop0": 5})))
    size.fill("9")
    # An estimate has no MACs there: the table says what the shape is.
    expect(page.locator(".after")).to_contain_text("9 as chosen")
    visit.ready()

    answers = open_page(page.url).page.get_by_role("region", name="Left open by the file")
    expect(answers.locator("dd")).to_have_text(["then with probability 0.25", "5", "9"])
    visit.assert_clean(site)

    page.get_by_role("button", name="Reset to defaults").click()
    settled(visit, said(wanted_macs(path)))
    expect(branch).to_have_value("then")
    expect(branch).to_be_focused()
    expect(share).to_be_hidden()
    expect(runs).to_have_value("1")
    expect(size).to_have_value("64")


def test_an_input_without_a_shape_is_given_one(visit: Visit, site: Site, tmp_path: Path) -> None:
    page = visit.page
    path = choose(visit, tmp_path, shapeless())
    shows(page, "net")
    shape = field(page, "x")
    expect(shape).to_have_value("")
    expect(form(page)).to_contain_text("What an empty field asks is not known.")
    shape.press_sequentially("2x3x16x")
    expect(form(page)).to_contain_text("A shape is whole numbers with x between them")
    expect(shape).to_have_attribute("aria-invalid", "true")
    shape.press_sequentially("16")
    settled(visit, said(wanted_macs(path, inputs={"x": [2, 3, 16, 16]})))
    expect(shape).to_have_attribute("aria-invalid", "false")
    expect(shape).to_have_value("2x3x16x16")
    shape.fill("")
    expect(page.locator(".meta").first).to_contain_text("x of unknown shape")
    visit.ready()
    visit.assert_clean(site)


def test_an_answer_that_fails_stays_to_be_corrected(
    visit: Visit, site: Site, tmp_path: Path, axe: str
) -> None:
    page = visit.page
    path = choose(visit, tmp_path, image_net(view=8 * 224 * 224))
    shows(page, "net")
    visit.ready()
    before, height = totals(page).inner_text(), field(page, "height")
    height.fill("112")
    error(page, "inconsistent-shapes")
    expect(height).to_have_value("112")
    expect(height).to_have_attribute("aria-invalid", "true")
    expect(field(page, "width")).to_have_attribute("aria-invalid", "false")
    message = page.get_by_role("alert").locator("strong").inner_text()
    expect(height).to_have_accessible_description(f"of input 'x' {message}")
    assert totals(page).inner_text() == before, "the last good result stays"
    page.evaluate(axe)
    assert page.evaluate(FAULTS) == []
    # What the form says is what is asked: the other side makes up for it.
    field(page, "width").fill("448")
    expect(page.locator(".meta").first).to_contain_text("1×3×112×448")
    settled(visit, said(wanted_macs(path, dims={"height": 112, "width": 448})))
    expect(height).to_have_attribute("aria-invalid", "false")

    height.fill("111")
    error(page, "inconsistent-shapes")
    page.get_by_role("button", name="Dismiss").click()
    expect(height).to_have_value("112")
    height.fill("110")
    error(page, "inconsistent-shapes")
    dial(page, "Weight bits").fill("8")
    expect(page.locator(".detail")).to_contain_text("8 bit")
    visit.ready()
    expect(height).to_have_value("112")
    visit.assert_clean(site)


def test_a_file_that_does_not_run_at_the_defaults_asks_for_others(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    page = visit.page
    shows(page, "AlexNet")
    path = choose(visit, tmp_path, image_net(view=8 * 23 * 29))  # fits no size in common use
    error(page, "inconsistent-shapes")
    shows(page, "AlexNet")
    group = page.get_by_role("group", name="Left open by net.onnx")
    expect(group).to_be_visible()
    field(page, "height").fill("23")
    error(page, "inconsistent-shapes")
    expect(field(page, "height")).to_have_value("23")
    field(page, "width").fill("29")
    shows(page, "net")
    settled(visit, said(wanted_macs(path, dims={"height": 23, "width": 29})))
    expect(page.get_by_role("group", name="Left open by the file")).to_be_visible()
    expect(field(page, "width")).to_have_value("29")
    visit.assert_clean(site)


def test_what_is_no_answer_is_not_asked(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    choose(visit, tmp_path, image_net())
    shows(page, "net")
    visit.ready()
    address, height = page.url, field(page, "height")
    place = page.locator("main").bounding_box()
    for text in ("-1", "1.5", "99999999999"):
        height.fill(text)
        expect(height).to_have_attribute("aria-invalid", "true")
        expect(height).to_have_accessible_description(
            "of input 'x' height: a whole number from 0 to 2147483647."
        )
        assert page.locator("main").bounding_box() == place, "nothing jumps"
    page.keyboard.press("Tab")
    expect(height).to_have_value("224")
    expect(height).to_have_attribute("aria-invalid", "false")
    # Emptied to type anew: its default counts, and the field does not fill itself meanwhile.
    height.fill("64")
    expect(page.locator(".meta").first).to_contain_text("1×3×64×224")
    height.fill("")
    expect(page.locator(".meta").first).to_contain_text("1×3×224×224")
    visit.ready()
    expect(height).to_have_value("")
    height.blur()
    expect(height).to_have_value("224")
    expect(page).to_have_url(address)


def test_many_questions_are_folded(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    choose(visit, tmp_path, open_ended(5))
    shows(page, "net")
    expect(form(page).locator(".question")).to_have_count(8)
    more = page.get_by_role("button", name="Show all 15")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.press("Enter")
    expect(form(page).locator(".question")).to_have_count(15)
    field(page, "places4[1]").fill("7")
    expect(page.locator(".after")).to_contain_text("7 as chosen")
    # What was answered stays in sight.
    page.get_by_role("button", name="Show fewer").click()
    expect(form(page).locator(".question")).to_have_count(9)
    expect(field(page, "places4[1]")).to_have_value("7")


def test_there_is_no_form_where_nothing_is_open(visit: Visit, tmp_path: Path) -> None:
    shows(visit.page, "AlexNet")
    assert form(visit.page).count() == 0
    choose(visit, tmp_path, open_ended())
    shows(visit.page, "net")
    expect(form(visit.page)).to_be_visible()
    visit.page.get_by_label("Sample").select_option(label="LeNet-5")
    expect(form(visit.page)).to_be_hidden()


@pytest.mark.parametrize(
    "options",
    [DESK, DESK | {"color_scheme": "dark"}, PHONE, ENLARGED, DESK | {"forced_colors": "active"}],
    ids=["light", "dark", "phone", "enlarged", "forced colours"],
)
def test_for_everyone(
    options: dict[str, Any], site: Site, open_page: Callable[..., Visit], axe: str, tmp_path: Path
) -> None:
    visit = open_page(site.url, **options)
    page = visit.page
    path = choose(visit, tmp_path, open_ended(3))
    shows(page, "net")
    field(page, "go0").select_option("probability")
    settled(visit, said(wanted_macs(path, values={"go0": 0.5})))
    page.get_by_role("button", name="Show all 9").click()
    field(page, "loop0").fill("-1")
    visit.ready()
    page.evaluate(axe)
    assert page.evaluate(FAULTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == options["viewport"]["width"]
    linked = open_page(page.url, **options)
    shows(linked.page, "net")
    linked.ready()
    linked.page.evaluate(axe)
    assert linked.page.evaluate(FAULTS) == []


def test_the_form_is_walked_by_keyboard(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    choose(visit, tmp_path, open_ended())
    shows(page, "net")
    visit.ready()
    page.get_by_label("Count zeros in the weights").focus()
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.labels?.[0]?.innerText ?? ''"))
    assert reached[:3] == ["go0", "loop0", "places0[1]"], "the hidden probability is passed over"
    assert reached[3] == "", "resetting is not possible yet"
