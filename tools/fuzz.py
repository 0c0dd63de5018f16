"""Tries random inputs, and prints what becomes of them.

`python tools/fuzz.py --inputs 1000000 --seed 1` tries a million inputs. Each must lead to a valid object or to an
error of lrcore, within a second and 300 MB; plain data may take 30 us more for each entry. A valid object must
come back from JSON, `repr`, `pickle`, `copy.deepcopy` and `dataclasses.replace`, with the same hash, and must
have the same values for single steps and for arrays. All of it runs on threads with a stack of 512 KiB. The
exit status is 1 if an outcome is not acceptable. `--only NUMBER` tries one input again, and shows it with the
whole error.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Mapping
from functools import partial
from typing import Final

from fuzzing.outcome import Watch, outcome
from fuzzing.targets import TARGETS, Target
from fuzzing.workers import STACK, Tally, drawn, run, strictly

_HEAD: Final = f"{'target':<22}{'inputs':>9}{'valid':>9}{'seconds':>9}{'MB':>6}  errors"


def report(tallies: Mapping[str, Tally]) -> str:
    """The table, and the first faults."""
    lines = [_HEAD]
    whole = Tally()
    for tally in tallies.values():
        whole.add(tally)
    for name, tally in {**tallies, "all": whole}.items():
        errors = (f"{kind} {n}" for kind, n in tally.outcomes.most_common() if kind != "valid")
        lines.append(
            f"{name:<22}{tally.outcomes.total():>9}{tally.outcomes['valid']:>9}"
            f"{tally.slowest[0]:>9.2f}{tally.largest[0] / 1e6:>6.0f}  {', '.join(errors)}"
        )
    lines.append(f"slowest input: {whole.slowest[1]}; largest input: {whole.largest[1]}")
    if whole.faults:
        lines.append(
            f"not acceptable: {', '.join(str(number) for number, _ in sorted(whole.faults))}"
        )
    return "\n".join(lines)


def _again(targets: Mapping[str, Target], seed: int, number: int) -> None:
    """Tries one input, on a thread as in the processes; an error is shown by the thread."""
    strictly()

    def show() -> None:
        name, call = drawn(targets, seed, number)
        print(f"{name}: {call!s:.10000}")
        print(outcome(call, Watch()))

    threading.stack_size(STACK)
    thread = threading.Thread(target=show)
    thread.start()
    thread.join()


def main() -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=10_000, help="how many inputs are tried")
    parser.add_argument("--seed", type=int, default=1, help="other inputs for another number")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--only", type=int, help="the number of one input to try again")
    given = parser.parse_args()
    if given.only is not None:
        _again(TARGETS, given.seed, given.only)
        return 0
    tallies = run(
        TARGETS,
        given.inputs,
        seed=given.seed,
        workers=given.workers,
        say=partial(print, flush=True),
    )
    print(report(tallies))
    return 1 if any(tally.faults for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
