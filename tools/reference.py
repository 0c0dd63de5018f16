"""Writes `docs/schedules.md`, the description of every schedule, from the docstrings.

`python tools/reference.py` writes the page; an argument is another file to write to.
"""

from __future__ import annotations

import inspect
import re
import sys
from fractions import Fraction
from pathlib import Path
from textwrap import dedent
from typing import Final

from gallery import EXAMPLES, Entry, entries, picture

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "schedules.md"

_SECTION: Final = re.compile(r"^(Args|Raises|Example|Source):\n", re.MULTILINE)
_ITEM: Final = re.compile(r"^(\w+): ", re.MULTILINE)
_POWER: Final = re.compile(r"(?P<code>`[^`]*`)|-?\b2\*\*\d+( - \d+)?")
_ADDRESS: Final = re.compile(r"https?://[^\s,;]*[^\s,;.]")

_INTRODUCTION: Final = """\
# Schedules

This page describes every schedule of lrcore: its formula, its arguments, an example, and its source. The text
comes from the docstrings by `python tools/reference.py`, and the pictures come from `python
tools/pictures.py`.

```pycon
>>> import lrcore as lrc
>>> schedule = lrc.Linear(0.0, 1.0, 4) >> lrc.Constant(0.5)
>>> schedule(3), schedule(4)
(0.75, 0.5)
>>> schedule(range(6)).tolist()
[0.0, 0.25, 0.5, 0.75, 0.5, 0.5]
```

{contents}

## What all schedules share

**The clock.** A schedule is a function of the step. The step `t` is the 0-based index of the optimizer update
that uses the value: the first update uses the value at step 0. It is an integer of at most `2**53`. At
negative steps, a schedule has its value at step 0.

**Ends.** A finite schedule has a `duration` in steps, and keeps its last value after its end. The `duration`
of an endless schedule is None.

```pycon
>>> import lrcore as lrc
>>> schedule = lrc.Linear(0.0, 1.0, 4)
>>> schedule.duration, schedule(4), schedule(1_000_000), schedule(-1)
(4, 1.0, 1.0, 0.0)
>>> print(lrc.Constant(0.5).duration)
None
```

**Boundaries.** `a >> b` plays `a` and then `b`. The step at the boundary belongs to the part that begins
there, so a schedule of 4 steps is followed by another schedule from step 4 on. A part of 0 steps is never
played, unless it is the last part.

**Lengths.** A number of steps is an integer, a number that lies between two integers, or a duration. A number
between two integers is taken exactly as it is written: `15.625` is 125/8. Values are needed at integer steps
only, but the curve reaches its end at 15.625, and the next part of a sequence begins there.

```pycon
>>> import lrcore as lrc
>>> schedule = lrc.Linear(0.0, 1.0, 2.5) >> lrc.Linear(1.0, 0.0, 2.5)
>>> schedule(range(6)).tolist()
[0.0, 0.4, 0.8, 0.8, 0.4, 0.0]
```

**Durations.** A duration is a text such as `"5 epochs"`, `"10 %"`, `"300B tokens"`, `"1 run - 500 steps"` or
`"rest"`, which is what the other parts of a sequence leave of the run. `bind` turns durations into steps. In
a sequence it rounds the boundaries to the nearest integers, and not the lengths, so rounding errors do not
add up. A schedule with durations cannot be evaluated before `bind` is called. The page
[durations](durations.md) has all units.

```pycon
>>> import lrcore as lrc
>>> schedule = lrc.WarmupCosine(0.1, "5 epochs", "rest")
>>> schedule.bind(epochs=90, steps_per_epoch=100)
WarmupCosine(peak=0.1, warmup_steps=500, decay_steps=8500)
```

**Operators.** `a * b` and `a + b` multiply and add schedules at every step, and numbers are allowed in place
of schedules: `0.1 * a`, `1 - a`, `a / 2`, `-a`.

**Expansions.** Many schedules stand for a composition of others, which is called their expansion: `expand()`
returns it. Such a schedule has the values of its expansion, and keeps its own name in documents.

```pycon
>>> import lrcore as lrc
>>> lrc.WarmupLinear(0.1, 20, 80).expand()
Sequence(parts=(Linear(start=0.0, end=0.1, steps=20), Linear(start=0.1, end=0.0, steps=80)))
```

**Values.** A schedule that is called returns float64. Exported to a framework, it returns float32: the
float32 nearest to the exact value of the formula, which is the same in all frameworks. Values in float64 are
within 8 units in the last place (ulp) of the formula, times its exponents above 1, and a little more for very
steep exponentials; such a unit is the distance between neighboring numbers. The page
[how it works](how-it-works.md) explains why, and the page [accuracy](accuracy.md) has measurements.

**Pictures.** A picture shows the schedule whose code is below it. The horizontal axis is the step, with a
mark at the end of a finite schedule. A dashed line is the schedule that the other one was made from.
"""


def page() -> str:
    """The whole page."""
    families = entries()
    parts = [_INTRODUCTION.format(contents=_contents(families))]
    for title, members in families.items():
        parts.append(f"## {title}\n")
        parts.extend(_describe(entry) for entry in members)
    return "\n".join(parts)


def _contents(families: dict[str, list[Entry]]) -> str:
    return "\n".join(
        f"- {title}: {', '.join(_link(entry) for entry in members)}"
        for title, members in families.items()
    )


def _link(entry: Entry) -> str:
    return f"[`{entry.__name__}`](#{entry.__name__.lower()})"


def _describe(entry: Entry) -> str:
    """The heading, the call, the meaning, the picture, and the other sections of the docstring."""
    name = entry.__name__
    meaning, *sections = _SECTION.split(inspect.getdoc(entry) or "")
    titles, texts = sections[::2], [dedent(text).strip() for text in sections[1::2]]
    parts = [f"### {name}", f"`{_call(entry)}`", _without_emphasis(meaning.strip()), _picture(name)]
    parts += [_section(title, text) for title, text in zip(titles, texts, strict=True)]
    return "\n\n".join(parts) + "\n"


def _call(entry: Entry) -> str:
    """The call with its defaults, without types."""
    arguments = inspect.signature(entry).parameters.values()
    return f"lrc.{entry.__name__}({', '.join(map(_argument, arguments))})".replace("'", '"')


def _argument(argument: inspect.Parameter) -> str:
    if argument.default is inspect.Parameter.empty:
        return argument.name
    default: object = argument.default
    if isinstance(default, Fraction):
        default = default.numerator if default.denominator == 1 else float(default)
    return f"{argument.name}={default!r}"


def _picture(name: str) -> str:
    example = EXAMPLES[name]
    caption = f"`{example.code}`"
    if example.other is not None:
        caption += f", dashed: `{example.other}`"
    return f"![The values of {example.code}](pictures/{picture(name)})\n\n{caption}"


def _without_emphasis(text: str) -> str:
    """Powers such as 2**20 as code: two of them in a paragraph would be emphasis in Markdown."""
    return _POWER.sub(lambda found: found["code"] or f"`{found[0]}`", text)


def _section(title: str, text: str) -> str:
    if title == "Example":
        return f"```pycon\n{text}\n```"
    text = _without_emphasis(text)
    if title == "Source":
        return "Source: " + _ADDRESS.sub(r"<\g<0>>", text)
    return f"{title}:\n\n" + _ITEM.sub(r"- `\1`: ", text)


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
