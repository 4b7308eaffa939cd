"""What GitHub runs and shows: pinned, without rights, the same command as the tests."""

import re
from pathlib import Path

from py.measure.check.contribute import how_to_contribute
from py.measure.check.said import text_of
from tests.measure.check.made import look

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROFILES = (ROOT / ".github" / "workflows" / "profiles.yml").read_text(encoding="utf-8")
FORM = (ROOT / ".github" / "ISSUE_TEMPLATE" / "profile.yml").read_text(encoding="utf-8")


def test_actions_are_pinned_by_commit_and_say_which_version() -> None:
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        uses = re.findall(r"uses: (\S+)(.*)", text)
        assert uses
        for action, rest in uses:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", rest), action


def test_workflows_read_and_only_publishing_writes() -> None:
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        assert "\npermissions:\n  contents: read\n" in text
        writes = re.findall(r"^ +([\w-]+): write$", text, re.MULTILINE)
        assert writes == (["pages", "id-token"] if path.name == "pages.yml" else []), path.name
        assert "write-all" not in text
        assert "pull_request_target" not in text
        assert "secrets." not in text
        assert "persist-credentials: false" in text
        # Of what a pull request names itself, nothing comes into a shell.
        assert set(re.findall(r"\$\{\{ *([\w.]+)", text)) <= {
            "github.ref",
            "steps.published.outputs.page_url",
        }


def test_the_job_that_publishes_runs_no_code_of_the_repository() -> None:
    pages = (ROOT / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8")
    before, publish = pages.split("\n  publish:\n")
    assert ": write" not in before
    assert "run:" not in publish
    assert "checkout" not in publish


def test_profiles_are_checked_by_the_command_that_the_tests_run() -> None:
    assert "python -m py.measure check public/profiles/*.json" in PROFILES
    tests = Path(__file__).with_name("test_public_profiles.py").read_text(encoding="utf-8")
    assert 'run(main, ["check", str(path)])' in tests
    for folder in ("profiles", "captures"):
        assert f'- "public/{folder}/**"' in PROFILES


def test_the_report_goes_to_the_summary_as_it_is(good: Path) -> None:
    """Four spaces before each line make it code, whatever a profile calls itself."""
    assert "sed 's/^/    /' report.txt >> \"$GITHUB_STEP_SUMMARY\"" in PROFILES
    assert "```" not in text_of(look(good), 110)


def test_the_form_asks_for_what_is_needed() -> None:
    for needed in ("id: device", "id: files", "CC0-1.0", "py.measure check ID.json --capture"):
        assert needed in FORM
    assert FORM.count("required: true") >= 6
    assert FORM.startswith("name: A profile\n")
    assert "issue form 'A profile'" in how_to_contribute(Path("a.json"), Path("a.csv.gz"))[2]
