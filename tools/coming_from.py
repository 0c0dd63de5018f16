"""Write docs/coming-from.md, the schedules of other systems, from two files of tests/data."""

from __future__ import annotations

import json
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
    "jax": "JAX, jax.example_libraries.optimizers",
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
    "tf1": "TensorFlow, tf.compat.v1.train",
    "tfa": "TensorFlow Addons",
    "thinc": "Thinc",
    "timm": "timm",
    "torch": "PyTorch",
    "torchtitan": "torchtitan",
    "ultralytics": "Ultralytics",
}

REMARKS: Final = {
    "big_vision": "Lengths in epochs, examples or percent are rounded to a whole number of steps, at least 1, "
    "before they are used. Every schedule is 1 at its peak in Big Vision; the optimizer multiplies it by `lr`.",
    "caffe": "The policy `plateau` reacts to the loss, so it has no row.",
    "composer": "Composer is one update behind its clock, so updates 0 and 1 have the same value, and each row is "
    "shifted by a step. Its times are durations of lrcore as they are: bind the schedule to the run, "
    "`schedule.bind(total_steps=..., steps_per_epoch=...)`. Composer rounds a time that is not a whole number "
    "of batches down, lrcore rounds it to the nearest. The rows are for a `scale_schedule_ratio` of 1. Of several "
    "schedulers only the last one has an effect.",
    "deepmd-kit": "`stop_lr_ratio` is `stop_lr / start_lr`, and `warmup_ratio` is a share of `num_steps`, rounded down.",
    "deepspeed": "The rows are for the versions of 2026, in which a cosine stays at its end.",
    "detectron2": "A `WarmupParamScheduler` takes a schedule of fvcore.",
    "fairseq": "`lr` is a list, as in fairseq. The scheduler `manual` is a `PiecewiseConstant`, as the examples show; "
    "`pass_through` and `reduce_lr_on_plateau` have no row, nor has `polynomial_decay` with `force_anneal`, "
    "whose decay depends on the epochs before.",
    "ignite": "Schedulers with a `warmup_duration` or a `cycle_mult` below 1 have no row.",
    "levanter": "Cycles are the parts of a `lrc.Sequence`, each as in these rows.",
    "llm-foundry": "LLM Foundry has the clock of Composer, so what is said there about times holds here, too.",
    "megatron": "Megatron-LM counts samples. Where `global_batch_size` divides a number of samples, the length is "
    "a whole number of updates, and else it ends between two updates. The rows are for a constant batch size.",
    "mmengine": "The rows are for schedulers that act by themselves: outside of its window a scheduler leaves the value "
    "as it is. Several schedulers whose ends are 0 multiply, so they are a product of windows. `base_lr` is the "
    "value that the optimizer begins with, which may be a momentum or a weight decay as well.",
    "optax": "`reduce_on_plateau` reacts to the loss, so it has no row.",
    "t5x": "The first rows are factors, and the last row is their product.",
    "tf-model-garden": "The first rows are types of learning rates, and the last rows are warm-ups to one of them.",
    "timm": "`lr_scale` multiplies the values of a parameter group. Noise, `PlateauLRScheduler` and a `cycle_limit` of 0 "
    "have no row.",
    "torch": "`LambdaLR` and `MultiplicativeLR` take functions, so they have no row.",
}
"""What holds for all rows of a system."""

INTRODUCTION: Final = """\
# Coming from another system

This page says how to write the schedules of other systems in lrcore. In the code, `lrc` is lrcore. There
are two tables for each system.

The first table has a row for each class, function or style of the system. On the left is the call with the
names of its arguments, and with their defaults where they have any. On the right is the expression in the
same names that has the same value at every update. Other names are explained after the expression, or are
properties of the training: `base_lr` is the learning rate of the optimizer, `total_steps` is the number of
updates of the training, and `steps_per_epoch` is the number of updates in an epoch. A row holds for all
ordinary arguments: lengths and exponents above 0, and a warm-up that is shorter than the training. Where it
needs more than that, its note says so.

The second table has examples with numbers. The arguments are followed by whatever else the schedule depends
on.

Steps count updates from 0: the first update has the value at step 0. A warm-up or a milestone may therefore
be a step away from where its name seems to put it, and the notes say where.

Every row and every example is tested. The values of the expressions are compared with values that were
recorded from the real system, in the version that is given, or computed by the formula of its source
where the version says that. The recorded steps are the ends and the boundaries with their neighbors, steps
between them, and steps past the end, unless the note says otherwise. The largest difference allowed
is a share of 5e-12 of the largest value, or of 1e-6 for systems that compute in float32.

Schedules that react to a metric, and noise that comes from the random numbers of a framework, have no such
expression.
"""


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


def row(entry: dict[str, Any]) -> str:
    """A row of the first table."""
    ours = f"`{entry['lrcore']}`"
    if "where" in entry:
        names = [f"`{name} = {value}`" for name, value in entry["where"].items()]
        ours += f", where {', '.join(names)}"
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
    return "\n".join([f"| {title} | lrcore | |", "| --- | --- | --- |", *lines]) + "\n"


def page(rows: list[dict[str, Any]], entries: list[dict[str, Any]]) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for system, title in sorted(TITLES.items(), key=lambda item: item[1].lower()):
        general = [entry for entry in rows if entry["system"] == system]
        examples = sorted(
            (entry for entry in entries if entry["system"] == system),
            key=lambda entry: entry["name"].lower(),
        )
        versions = " and ".join(sorted({entry["version"] for entry in examples}))
        parts.append(f"## {title}\n\nVersion: {versions}.\n")
        if system in REMARKS:
            parts.append(f"{REMARKS[system]}\n")
        parts.append(table(title, map(row, general)))
        parts.append(f"Examples:\n\n{table(title, map(example, examples))}")
    return "\n".join(parts)


def write() -> None:
    """Write the page."""
    files = (json.loads(path.read_text(encoding="utf-8")) for path in (ROWS, ENTRIES))
    PAGE.write_text(page(*files), encoding="utf-8")


if __name__ == "__main__":
    write()
