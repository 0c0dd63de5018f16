"""Write docs/coming-from.md, the schedules of other systems, from tests/data/peers.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT / "tests" / "data" / "peers.json"
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

INTRODUCTION: Final = """\
# Coming from another system

What a schedule of another system is in lrcore. Every line has the name and the arguments that the
other system takes, after the arguments whatever else it depends on, such as the learning rate of the
optimizer or the length of the training, and the expression that has the same value at every update.
`lrc` is lrcore. Steps count updates from 0, so a warm-up or a milestone can be one step away from where
its name seems to put it; the notes say where.

Each line is tested: the expression is compared with values that were recorded from the real system, of
the version that is given, or computed by the formula of its source where that is said: at the ends, at
boundaries and their neighbours, and between, and beyond the end wherever the system has values there
and nothing else is said. Schedules that react to a metric, and noise that comes from the random numbers
of a framework, have no such expression.
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


def line(entry: dict[str, Any]) -> str:
    """The line of a table."""
    theirs = f"`{call({'name': entry['name'], **entry['definition']})}`"
    if "context" in entry:
        theirs += f", `{keywords({key: call(value) for key, value in entry['context'].items()})}`"
    return f"| {theirs} | `{entry['lrcore']}` | {entry.get('note', '')}".rstrip() + " |"


def page(entries: list[dict[str, Any]]) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for system, title in sorted(TITLES.items(), key=lambda item: item[1].lower()):
        own = sorted(
            (entry for entry in entries if entry["system"] == system),
            key=lambda entry: entry["name"].lower(),
        )
        versions = " and ".join(sorted({entry["version"] for entry in own}))
        lines = [f"## {title}\n", f"Version: {versions}.\n"]
        lines += [f"| {title} | lrcore | |", "| --- | --- | --- |", *map(line, own)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(json.loads(DATA.read_text(encoding="utf-8"))), encoding="utf-8")
