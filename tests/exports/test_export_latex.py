"""LaTeX: every letter that means something to TeX is escaped, every row has its columns."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.exports.export import Export
from py.exports.latex import escaped, latex
from tests.exports.made import sample, wicked

_MACRO = re.compile(r"\\[A-Za-z]+(?:\{\})?|\\[{}$&#_%]|\$\\(?:geq|times)\$|\{-\}")


def bare(text: str) -> str:
    """What is left without the macros that escaping writes."""
    return _MACRO.sub("", text).replace("-{}-", "--").replace("{[}", "[").replace("{]}", "]")


@given(st.text(max_size=60))
def test_nothing_in_a_name_means_anything_to_tex(name: str) -> None:
    text = escaped(name)
    assert re.search(r"[\\{}$&#_%^~]", bare(text).replace("{}", "")) is None, text
    assert "--" not in text
    assert "\n" not in text


@pytest.mark.parametrize("taken", [wicked, lambda: sample("alexnet"), lambda: sample("resnet50")])
def test_rows_have_five_cells_and_braces_match(taken: Callable[[], Export]) -> None:
    text = latex(taken())
    lines = [line for line in text.splitlines() if not line.startswith("%")]
    rows = [line for line in lines if line.endswith(r"\\")]
    assert len(rows) >= 12
    for row in rows:
        assert len(re.findall(r"(?<!\\)&", row)) == 4, row
    body = re.sub(r"\\[{}]", "", "\n".join(lines))
    assert body.count("{") == body.count("}")
    assert re.findall(r"\\(?:begin|end)\{(\w+)\}", body) == [
        *("table", "tabular"),
        *("tabular", "table"),
    ]


def test_comments_are_lines_of_their_own() -> None:
    text = latex(wicked())
    before = text.split(r"\begin{table}")[0]
    assert all(line.startswith("% ") for line in before.splitlines())


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX here")
@pytest.mark.parametrize("name", ["alexnet", "wicked"])
def test_it_compiles(name: str, tmp_path: Path) -> None:
    text = latex(wicked() if name == "wicked" else sample(name))
    (tmp_path / "x.tex").write_text(
        f"\\documentclass{{article}}\\usepackage{{booktabs}}\\begin{{document}}{text}"
        "\\end{document}\n",
        encoding="utf-8",
    )
    run = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "x.tex"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
