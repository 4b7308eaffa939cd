"""Print all rows: python -m tests.peers [PEER | NUMBER ...] beside a folder ../shared."""

import sys
from pathlib import Path

from tests.peers.comparison import NOT_EXPRESSED, SAME, compared
from tests.peers.line import line
from tests.peers.rows import Row, read


def main(asked: list[str]) -> None:
    """Print a line for each row asked for; all if none is."""
    ratios: dict[str, list[float]] = {}
    for row in read(Path(__file__).resolve().parents[2].parent / "shared"):
        if asked and row.peer not in asked and str(row.number) not in asked:
            continue
        if row.number in NOT_EXPRESSED:
            print(f"{row.number:3} {row.peer:11} {row.name}: {NOT_EXPRESSED[row.number]}")
            continue
        ratios.setdefault(row.peer, []).append(_print(row))
    for peer, found in ratios.items():
        found.sort()
        above = len([ratio for ratio in found if ratio > 1 + SAME])
        middle = found[len(found) // 2]
        print(
            f"{peer}: {len(found)} rows, ours / theirs: least {found[0]:.4f}, "
            f"middle {middle:.4f}, most {found[-1]:.6f}, above 1: {above}"
        )


def _print(row: Row) -> float:
    found = compared(row)
    problem = found.question.problem
    print(
        f"{row.number:3} {row.peer:11} {row.name:58} theirs {row.energy / row.macs:10.5f} "
        f"ours {found.ours / row.macs:10.5f} ratio {found.ratio:.6f} "
        f"{found.seconds * 1000:7.0f} ms  {line(problem, found.question.machine, found.mapping)}",
        flush=True,
    )
    return found.ratio


if __name__ == "__main__":
    main(sys.argv[1:])
