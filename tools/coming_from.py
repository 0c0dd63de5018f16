"""Write docs/coming-from.md, the schedules of other systems, from two files of tests/data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
ROWS: Final = ROOT / "tests" / "data" / "coming_from.json"
ENTRIES: Final = ROOT / "tests" / "data" / "peers.json"
PAGE: Final = ROOT / "docs" / "coming-from.md"

TITLES: Final = {
    "big_vision": "Big Vision",
    "caffe": "Caffe",
    "composer": "Composer",
    "deepmd-kit": "DeePMD-kit",
    "deepspeed": "DeepSpeed",
    "detectron2": "Detectron2",
    "diffusers": "Hugging Face Diffusers",
    "fairseq": "fairseq",
    "fastai": "fastai",
    "flax": "Flax",
    "fvcore": "fvcore",
    "hf": "Hugging Face Transformers",
    "ignite": "PyTorch-Ignite",
    "jax": "JAX (jax.example_libraries.optimizers)",
    "keras": "Keras",
    "levanter": "Levanter",
    "lightning": "Lightning",
    "llm-foundry": "LLM Foundry",
    "lrsched": "lrsched",
    "megatron": "Megatron-LM",
    "mlx": "MLX",
    "mmengine": "MMEngine",
    "nemo": "NeMo",
    "optax": "Optax",
    "paddle": "PaddlePaddle",
    "paddlenlp": "PaddleNLP",
    "t5x": "T5X",
    "tf-model-garden": "TensorFlow Model Garden",
    "tf1": "TensorFlow 1 (tf.compat.v1.train)",
    "tfa": "TensorFlow Addons",
    "thinc": "Thinc",
    "timm": "timm",
    "torch": "PyTorch",
    "torchtitan": "torchtitan",
    "ultralytics": "Ultralytics",
}

REMARKS: Final = {
    "big_vision": "Lengths in epochs, examples or percent are rounded to a whole number of steps, and to at least 1, "
    "before they are used.",
    "caffe": "The policy `plateau` reacts to the loss, so it has no row.",
    "composer": "In Composer, updates 0 and 1 have the same value, so each row is shifted by a step. The times of "
    'Composer, such as `"1ep"` and `"0.1dur"`, are [durations](durations.md) of lrcore as they are; '
    "`schedule.bind(total_steps=..., steps_per_epoch=...)` turns them into steps. Composer rounds a "
    "time that is not a whole number of batches down, and lrcore rounds it to the nearest number. The "
    "rows are for a `scale_schedule_ratio` of 1. Of several schedulers only the last one has an effect.",
    "deepmd-kit": "For `stop_lr_ratio`, `stop_lr` is `stop_lr_ratio * start_lr`. For `warmup_ratio`, `warmup_steps` "
    "is `int(warmup_ratio * num_steps)`.",
    "deepspeed": "The rows are for the versions of 2026, in which a cosine stays at its end.",
    "detectron2": "A `WarmupParamScheduler` takes a schedule of [fvcore](#fvcore).",
    "diffusers": "By default the value of `cosine` climbs back after `num_training_steps`. A training that ends "
    "there does not see it.",
    "fairseq": "In fairseq, `lr` is a list. `pass_through` and `reduce_lr_on_plateau` have no row, and neither has "
    "`polynomial_decay` with `force_anneal`, whose decay depends on the epochs before. The scheduler "
    "`manual` is a `lrc.PiecewiseConstant`, as the examples show.",
    "hf": "In `TrainingArguments`, `lr_scheduler_type` is the name of a row, `lr_scheduler_kwargs` has its "
    "other arguments, and `num_warmup_steps` is `warmup_steps`. A `warmup_steps` below 1 is a share of "
    "the training, which is rounded up to a number of steps.",
    "ignite": "Cycles with a `warmup_duration` or with a `cycle_mult` below 1 have no row.",
    "keras": "Like lrcore, Keras counts updates from 0. It computes in float32 by default, so its values may differ "
    "from those of lrcore in the seventh digit.",
    "levanter": "Schedules with `cycles`, `cycle_length` or `haps` have no row: join their cycles with `>>`.",
    "lightning": "The schedulers of a `LightningModule` are those of [PyTorch](#pytorch). With the default "
    '`interval="epoch"`, they change the value once in every epoch.',
    "llm-foundry": "LLM Foundry has the trainer of [Composer](#composer), so the remarks on times there hold here, "
    "too.",
    "megatron": "Megatron-LM counts samples. Where `global_batch_size` divides a number of samples, the length is a "
    "whole number of updates. Otherwise it ends between two updates. The rows are for a constant batch "
    "size.",
    "mmengine": "Outside of the steps from `begin` to `end`, a scheduler leaves the value as it is. The rows are "
    "for a single scheduler. Several schedulers with a minimum of 0 multiply: divide each of their rows "
    "by `base_lr` and multiply the quotients. `base_lr` is the value that the optimizer begins with. "
    "The rows hold for the momentum and the weight decay, too.",
    "optax": "`reduce_on_plateau` reacts to the loss, so it has no row.",
    "t5x": "In T5X a schedule is a product of factors. The first rows are factors, and the last row is their "
    "product.",
    "tf-model-garden": "The first rows are types of learning rates. The last two rows are warm-ups to such a learning "
    "rate.",
    "timm": "`lr_scale` multiplies the values of a parameter group. Noise, `PlateauLRScheduler` and a "
    "`cycle_limit` of 0 have no row.",
    "torch": "A scheduler of PyTorch counts the calls of its method `step`. In the rows, that is one call after "
    "every update. If your training calls it once in every epoch, [steps and epochs](#steps-and-epochs) "
    "says what to write. `LambdaLR` and `MultiplicativeLR` take functions of Python, so they have no "
    "row.",
}
"""What holds for all rows of a system."""

INTRODUCTION: Final = """\
# Coming from another library

This page translates the schedules of other libraries into lrcore, class by class. For example, the table of
PyTorch has a row for `CosineAnnealingLR(T_max, eta_min=0.0)`, with this expression:
`lrc.Mirror(lrc.Cosine(base_lr, eta_min, T_max))`. With numbers for the names, it is a schedule of lrcore:

```python
import lrcore as lrc

base_lr, T_max, eta_min = 0.1, 100, 0.0
schedule = lrc.Mirror(lrc.Cosine(base_lr, eta_min, T_max))
print(schedule(0), schedule(50), schedule(100))  # 0.1 0.05 0.0
```

[Schedules](schedules.md) says what each class of lrcore means. The libraries are:
{contents}.

## How to read the tables

The first table of a library has a row for each class, function or option. On the left is the call with the
names of its arguments, and with the defaults that matter. On the right is the expression in lrcore that has
the same value at every update. The notes say what may surprise you.

- The names in an expression are the arguments of the call. Other names are explained below the expression, or
  above the table if several rows use them.
- `base_lr` is the learning rate of the optimizer, `total_steps` is the number of updates in the training, and
  `steps_per_epoch` is the number of updates in an epoch.
- `lrc.Duration(n) / m` is a number of steps that is kept as an exact fraction. It may lie between two
  integers, as a phase of a schedule may begin between two updates.
- A row holds for all ordinary arguments: lengths and exponents above 0, and a warm-up that is shorter than the
  training. If a row needs more than that, the note says so.

The second table has examples with numbers. Next to the call are the other values that the schedule depends on.

Schedules that react to a metric, and noise from the random numbers of a framework, have no such expression.

## Steps and epochs

A step of lrcore is an update of the optimizer. Steps count from 0: the first update has the value at step 0.
A warm-up or a milestone may therefore be one step away from where its name seems to put it.

Some libraries change the learning rate once in every epoch, so their lengths are epochs. Write the schedule
with these lengths, and let it change after each epoch:

```python
steps_per_epoch = 500
by_epoch = lrc.Staircase(lrc.Stretch(schedule, steps_per_epoch), steps_per_epoch)
print(by_epoch(499), by_epoch(25_000), by_epoch(25_499))  # 0.1 0.05 0.05
```

`lrc.Stretch` makes the schedule 500 times as long, and `lrc.Staircase` keeps the value within each epoch.

## What is tested

Every row and every example is tested. The values of the expressions are compared with values that were
recorded from the library, in the version that is given, or computed by the formula of its source where the
version says that. The recorded steps are the first steps, the boundaries with their neighbors, steps between
them, and steps past the end, unless the note says otherwise. The largest difference allowed is a share of
5e-12 of the largest value, or of 1e-6 for libraries that compute in float32.
"""


def anchor(title: str) -> str:
    """The link to a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def introduction(titles: Iterable[str]) -> str:
    """The text above the tables, with links to the libraries."""
    links = ",\n".join(f"[{title}](#{anchor(title)})" for title in titles)
    return INTRODUCTION.replace("{contents}", links)


def call(value: object) -> str:
    """A definition as its system's users write it: nested ones are calls."""
    if isinstance(value, dict):
        arguments = {key: call(entry) for key, entry in value.items() if key != "name"}
        if "name" in value:
            return f"{value['name']}({keywords(arguments)})"
        return "{" + ", ".join(f"{key}: {entry}" for key, entry in arguments.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(call(entry) for entry in value)}]"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def keywords(arguments: dict[str, str]) -> str:
    """Keyword arguments."""
    return ", ".join(f"{key}={value}" for key, value in arguments.items())


def cell(text: str) -> str:
    """A text in a cell of a table, where a bar would end the cell."""
    return text.replace("|", "\\|")


def shared(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Names that have the same meaning in at least three rows, and no other."""
    meanings: dict[str, list[str]] = {}
    for entry in rows:
        for name, value in entry.get("where", {}).items():
            meanings.setdefault(name, []).append(value)
    return {
        name: values[0]
        for name, values in meanings.items()
        if len(values) > 2 and len(set(values)) == 1
    }


def row(entry: dict[str, Any], known: dict[str, str]) -> str:
    """A row of the first table, in which these names are known."""
    ours = f"`{entry['lrcore']}`"
    where = entry.get("where", {}).items()
    names = [f"`{name} = {value}`" for name, value in where if name not in known]
    if names:
        ours += f",<br>where {',<br>'.join(names)}"
    return (
        f"| `{cell(entry['theirs'])}` | {cell(ours)} | {cell(entry.get('note', ''))}".rstrip()
        + " |"
    )


def example(entry: dict[str, Any]) -> str:
    """A row of the second table."""
    theirs = f"`{call({'name': entry['name'], **entry['definition']})}`"
    if "context" in entry:
        theirs += f", `{keywords({key: call(value) for key, value in entry['context'].items()})}`"
    ours, note = entry["lrcore"], entry.get("note", "")
    return f"| {cell(theirs)} | `{cell(ours)}` | {cell(note)}".rstrip() + " |"


def table(title: str, lines: Iterable[str]) -> str:
    """A table with what the system has, what lrcore has, and notes."""
    return "\n".join([f"| {title} | lrcore | Notes |", "| --- | --- | --- |", *lines]) + "\n"


def page(rows: list[dict[str, Any]], entries: list[dict[str, Any]]) -> str:
    """The whole page."""
    titles = sorted(TITLES.items(), key=lambda item: item[1].lower())
    parts = [introduction(title for _, title in titles)]
    for system, title in titles:
        general = [entry for entry in rows if entry["system"] == system]
        examples = sorted(
            (entry for entry in entries if entry["system"] == system),
            key=lambda entry: entry["name"].lower(),
        )
        versions = " and ".join(sorted({entry["version"] for entry in examples}))
        parts.append(f"## {title}\n\nVersion: {versions}.\n")
        if system in REMARKS:
            parts.append(f"{REMARKS[system]}\n")
        if known := shared(general):
            names = "".join(f"- `{name} = {value}`\n" for name, value in known.items())
            parts.append(f"Several rows use these names:\n\n{names}")
        parts.append(table(title, (row(entry, known) for entry in general)))
        parts.append(f"Examples:\n\n{table(title, map(example, examples))}")
    return "\n".join(parts)


def write() -> None:
    """Write the page."""
    files = (json.loads(path.read_text(encoding="utf-8")) for path in (ROWS, ENTRIES))
    PAGE.write_text(page(*files), encoding="utf-8")


if __name__ == "__main__":
    write()
