"""Many inputs in several processes, which are watched: an input that hangs or crashes stops nothing else."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import lrcore as lrc

from .outcome import Call, Watch, outcome
from .targets import Target

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

STACK: Final = 512 * 1024
"""The stack of the thread that runs the inputs, in bytes: that of a thread of macOS."""

MOST_SECONDS: Final = 1.0
MOST_BYTES: Final = 300 * 10**6

_SECONDS_PER_ENTRY: Final = 30e-6
_MOST_ENTRIES: Final = 2**18
_DEEPEST: Final = 200
"""What an entry of plain data may take; data beyond these limits is refused."""

_HANGS: Final = 30.0
"""After how many seconds a process is ended whose input has not come to its end."""

_STARTS: Final = 120.0
"""After how many seconds a process is ended that has not begun with its first input."""

_MOST_ADDRESSES: Final = 8 * 2**30
"""Beyond this an allocation fails, so that an input without bounds does not stop the machine."""

_CHUNK: Final = 250
_MOST_SHOWN: Final = 2000


@dataclass
class Tally:
    """What has become of the inputs of a target.

    Attributes:
        outcomes: how many inputs were valid, and how many led to each error.
        slowest: the largest number of seconds, and the number of the input.
        largest: the largest memory in bytes, and the number of the input.
        faults: the inputs whose outcomes are not acceptable, each with its number.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[int, int] = (0, -1)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Adds the inputs of `other`."""
        self.outcomes += other.outcomes
        self.slowest = max(self.slowest, other.slowest)
        self.largest = max(self.largest, other.largest)
        self.faults += other.faults


def _name(targets: Mapping[str, Target], number: int) -> str:
    return list(targets)[number % len(targets)]


def drawn(targets: Mapping[str, Target], seed: int, number: int) -> tuple[str, Call]:
    """The input `number`, which depends on the seed and the number alone."""
    name = _name(targets, number)
    rng = Random(f"{seed} {name} {number}")
    while True:
        try:
            return name, targets[name](rng)
        except lrc.LrcoreError:  # what the call needs cannot be built
            continue


def strictly() -> None:
    """Makes errors of all warnings but the one that valid inputs may cause."""
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", lrc.RunLengthWarning)


_STATUS: Final = Path("/proc/self/status")


def peak() -> int:
    """The largest memory that this process has had so far, in bytes."""
    if _STATUS.exists():
        # Linux counts the memory of the parent process in `ru_maxrss`.
        return int(_STATUS.read_bytes().partition(b"VmHWM:")[2].split(maxsplit=1)[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class _Meter:
    """Charges an input with the memory by which it raises the peak of the process.

    The peak never falls, so an input that needs less than an earlier one is charged with nothing; the
    largest input is charged with all that it needs.
    """

    def __init__(self) -> None:
        self._idle = self._highest = peak()

    def charge(self) -> int:
        now = peak()
        raised, self._highest = now > self._highest, now
        return now - self._idle if raised else 0


def attempt(
    targets: Mapping[str, Target], seed: int, number: int, meter: _Meter | None = None
) -> dict[str, Tally]:
    """Tries an input, and says what has become of it."""
    name, call = drawn(targets, seed, number)
    if meter is not None:
        meter.charge()  # the input itself is not charged
    tally = Tally()
    seconds = float("inf")
    most = MOST_SECONDS + _SECONDS_PER_ENTRY * _entries(call.args, {})
    fault = ""
    for _ in range(3):  # a machine that is busy with something else may be slow once
        watch = Watch()
        try:
            kind = outcome(call, watch)
        except Exception as error:
            kind, fault = "unacceptable", ascii(f"{type(error).__name__}: {error!s:.500}")[1:-1]
        seconds = min(seconds, watch.longest)
        if seconds <= most:
            break
    memory = meter.charge() if meter is not None else 0
    if not fault and seconds > most:
        kind, fault = "unacceptable", f"took {seconds:.1f} s"
    if not fault and memory > MOST_BYTES:
        kind, fault = "unacceptable", f"needed {memory / 1e6:.0f} MB"
    if fault:
        tally.faults.append((number, f"{fault}\n{call!s:.{_MOST_SHOWN}}"))
    tally.outcomes[kind] = 1
    tally.slowest, tally.largest = (seconds, number), (memory, number)
    return {name: tally}


def _entries(data: object, known: dict[int, int], level: int = 0) -> int:
    """How many mappings a document stands for; one that is shared counts as often as it occurs."""
    if not isinstance(data, (dict, list, tuple)) or level > _DEEPEST:
        return 0
    if id(data) not in known:
        known[id(data)] = 0  # what contains itself is refused
        inside = data.values() if isinstance(data, dict) else data
        below = sum(_entries(entry, known, level + 1) for entry in inside)
        known[id(data)] = min(below + isinstance(data, dict), _MOST_ENTRIES)
    return known[id(data)]


def _merge(into: dict[str, Tally], found: Mapping[str, Tally]) -> None:
    for name, tally in found.items():
        into.setdefault(name, Tally()).add(tally)


def _work(
    connection: Connection, targets: Mapping[str, Target], seed: int, current: Synchronized[int]
) -> None:
    """Tries the chunks that arrive, on a thread with a small stack, until None arrives."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESSES, hard))
    strictly()

    def loop() -> None:
        for number in range(len(targets)):  # caches are filled before memory is measured
            drawn(targets, seed, number)
        meter = _Meter()
        while (chunk := connection.recv()) is not None:
            found: dict[str, Tally] = {}
            for number in chunk:
                current.value = number
                _merge(found, attempt(targets, seed, number, meter))
            connection.send(found)

    threading.stack_size(STACK)
    thread = threading.Thread(target=loop)
    thread.start()
    thread.join()


class _Worker:
    """A process, the chunk that it works on, and since when it works on its input."""

    def __init__(self, targets: Mapping[str, Target], seed: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe()
        self._current: Any = context.Value("q", -1, lock=False)
        arguments = (other, targets, seed, self._current)
        self._process: BaseProcess = context.Process(target=_work, args=arguments, daemon=True)
        self._process.start()
        other.close()
        self.chunk: range | None = None
        self._seen = (-1, time.monotonic())

    @property
    def connection(self) -> Connection:
        return self._connection

    def give(self, chunk: range | None) -> None:
        self.chunk = chunk
        self._seen = (-1, time.monotonic())
        self._connection.send(chunk)

    def result(self) -> dict[str, Tally] | None:
        """The result of the chunk; None if the process has ended."""
        try:
            found: dict[str, Tally] = self._connection.recv()
        except (EOFError, ConnectionError):
            return None
        return found

    def hangs(self, seconds: float) -> bool:
        """Whether the process has worked on one input for so long."""
        number = self._current.value
        if number != self._seen[0]:
            self._seen = (number, time.monotonic())
        # Before its first input a process imports what it needs, which takes long on a busy machine.
        return time.monotonic() - self._seen[1] > (seconds if number >= 0 else _STARTS)

    def rest(self, number: int) -> list[range]:
        """The chunk without an input that has ended the process; it is tried again."""
        if self.chunk is None or number not in self.chunk:
            raise RuntimeError("a process has ended before its first input")
        parts = range(number + 1, self.chunk.stop), range(self.chunk.start, number)
        return [part for part in parts if part]

    def end(self, *, by_force: bool = False) -> tuple[int, int | None]:
        """Ends the process; the number of its input, and the status with which it has ended by itself."""
        number = self._current.value
        if not by_force:
            self._process.join(1.0)
        status = None if by_force else self._process.exitcode
        self._process.kill()
        self._process.join()
        self._connection.close()
        return number, status


def run(
    targets: Mapping[str, Target],
    inputs: int,
    *,
    seed: int,
    workers: int,
    hangs: float = _HANGS,
    say: Callable[[str], object] = lambda text: None,
) -> dict[str, Tally]:
    """Tries the inputs from 0 to `inputs - 1`, and says what has become of them by target.

    Args:
        targets: the kinds of inputs by their names; they are functions of modules.
        inputs: how many inputs are tried.
        seed: another number gives other inputs.
        workers: how many processes work.
        hangs: after how many seconds an input is given up.
        say: is called with each fault at once.
    """
    tallies: dict[str, Tally] = {name: Tally() for name in targets}
    waiting = [range(i, min(i + _CHUNK, inputs)) for i in range(0, inputs, _CHUNK)][::-1]
    busy: list[_Worker] = []
    idle = [_Worker(targets, seed) for _ in range(min(workers, len(waiting)))]
    while waiting or busy:
        while waiting and len(busy) < workers:
            worker = idle.pop() if idle else _Worker(targets, seed)
            worker.give(waiting.pop())
            busy.append(worker)
        answered = wait([worker.connection for worker in busy], timeout=0.5)
        for worker in list(busy):
            found = worker.result() if worker.connection in answered else None
            if found is not None:
                idle.append(worker)
            elif worker.connection in answered or worker.hangs(hangs):
                number, status = worker.end(by_force=worker.connection not in answered)
                text = (
                    f"hangs for more than {hangs:g} s"
                    if status is None
                    else f"ends the process: {status}"
                )
                found = {
                    _name(targets, number): Tally(Counter(unacceptable=1), faults=[(number, text)])
                }
                waiting += worker.rest(number)
            else:
                continue
            busy.remove(worker)
            _merge(tallies, found)
            for number, text in (fault for tally in found.values() for fault in tally.faults):
                say(f"input {number}: {text}")
    for worker in idle:
        worker.give(None)
        worker.end()
    return tallies
