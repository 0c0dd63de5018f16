"""Writes `docs/schedules.md`: what every schedule means, from the docstrings.

`python tools/reference.py` writes it to the documentation, with an argument to another file.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from textwrap import dedent
from typing import Final

from gallery import EXAMPLES, Entry, entries, picture

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "schedules.md"

_SECTION: Final = re.compile(r"^(Args|Raises|Example|Source):\n", re.MULTILINE)
_ITEM: Final = re.compile(r"^(\w+): ", re.MULTILINE)
_ADDRESS: Final = re.compile(r"https?://[^\s,;]*[^\s,;.]")

_INTRODUCTION: Final = """\
# Schedules

What every class and every recipe means: its formula, its arguments, an example, and where it comes from.
This page is made of the docstrings by `python tools/reference.py`, and its pictures by
`python tools/pictures.py`.

{contents}

## What all of them share

**The clock.** The step `t` is the 0-based index of the optimizer update that uses the value: an integer,
up to `2**53`. Below 0 a schedule answers as at 0.

**Ends.** A finite schedule has a `duration`, and holds its last value from there on. An endless one has
the duration None.

**Boundaries.** A step at a boundary belongs to the piece that begins there. Parts of no steps vanish:
`lrc.Linear(0.0, 0.1, 0) >> after` gives the values of `after`.

```pycon
>>> import lrcore as lrc
>>> schedule = lrc.Linear(0.0, 1.0, 4) >> lrc.Constant(0.5)
>>> schedule(-1), schedule(3), schedule(4), schedule.duration
(0.0, 0.75, 0.5, None)
>>> lrc.Linear(0.0, 1.0, 4)(1_000_000)
1.0
```

**Steps.** A number of steps is an integer, or a duration such as `"5 epochs"`, `"0.1 run"`,
`"1_000_000 samples"` or `"300e9 tokens"`. `bind` turns durations into steps, each into the nearest
number, halves up; before, the schedule cannot be evaluated. Every class takes durations, and so do the
recipes that hand their steps on to a class; those that have to know the number take integers.

```pycon
>>> import lrcore as lrc
>>> schedule = lrc.WarmupCosine(0.1, "5 epochs", "85 epochs")
>>> schedule.bind(steps_per_epoch=100).duration
9000
```

**Values.** A schedule that is called gives float64. Exported to a framework, it gives the correctly
rounded float32 of the exact value, the same bits everywhere: [how it works](how-it-works.md) says why,
and [accuracy](accuracy.md) shows by how much other implementations differ.

**Pictures.** They show the schedule whose code is below them. Horizontal is the step, with a mark at the
end of a finite schedule. What is dashed is the schedule that it was made of.
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
    """Heading, call, what it means, picture, and the other sections of the docstring."""
    name = entry.__name__
    meaning, *sections = _SECTION.split(inspect.getdoc(entry) or "")
    titles, texts = sections[::2], [dedent(text).strip() for text in sections[1::2]]
    parts = [f"### {name}", f"`{_call(entry)}`", meaning.strip(), _picture(name)]
    parts += [_section(title, text) for title, text in zip(titles, texts, strict=True)]
    return "\n\n".join(parts) + "\n"


def _call(entry: Entry) -> str:
    """How it is called, without types."""
    arguments = inspect.signature(entry).parameters.values()
    bare = [argument.replace(annotation=inspect.Parameter.empty) for argument in arguments]
    return f"lr.{entry.__name__}{inspect.Signature(bare)}".replace("'", '"')


def _picture(name: str) -> str:
    example = EXAMPLES[name]
    caption = f"`{example.code}`"
    if example.other is not None:
        caption += f", dashed: `{example.other}`"
    return f"![The values of {example.code}](pictures/{picture(name)})\n\n{caption}"


def _section(title: str, text: str) -> str:
    if title == "Example":
        return f"```pycon\n{text}\n```"
    if title == "Source":
        return "Source: " + _ADDRESS.sub(r"<\g<0>>", text)
    return f"{title}:\n\n" + _ITEM.sub(r"- `\1`: ", text)


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
