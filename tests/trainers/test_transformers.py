"""The Trainer of Hugging Face: with a scheduler passed in, bound by the mixin, saved, killed and resumed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import torch
from ledger import Batches, Ledger
from transformers import Trainer, TrainingArguments

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_torch import Scheduler, TransformersMixin

UPDATES: Final = 30
RECIPE: Final = lrc.WarmupCosine(0.5, "20 %", "rest", end=0.125)
BOUND: Final = lrc.WarmupCosine(0.5, 6, 24, end=0.125)
RATES: Final[list[float]] = to_float32(BOUND(range(UPDATES))).tolist()


class WithSchedule(TransformersMixin, Trainer):
    """The Trainer with the argument `schedule`."""


def arguments(folder: Path, **options: Any) -> TrainingArguments:
    """One epoch of thirty updates."""
    return TrainingArguments(
        output_dir=str(folder),
        use_cpu=True,
        report_to="none",
        disable_tqdm=True,
        per_device_train_batch_size=1,
        num_train_epochs=1,
        train_sampling_strategy="sequential",
        max_grad_norm=0.0,
        save_strategy=options.pop("save_strategy", "steps"),
        save_steps=options.pop("save_steps", 7),
        logging_steps=1,
        remove_unused_columns=False,
        **options,
    )


def trainer(folder: Path, schedule: lrc.Schedule = RECIPE, **options: Any) -> WithSchedule:
    """A trainer whose model keeps the rates that it has used."""
    model = Ledger(UPDATES)
    scheduler_options = options.pop("scheduler_options", None)
    each = options.get("gradient_accumulation_steps", 1)
    return WithSchedule(
        model=model,
        args=arguments(folder, **options),
        train_dataset=Batches(UPDATES, each),
        optimizers=(torch.optim.SGD(model.parameters(), lr=0.5), None),
        schedule=schedule,
        scheduler_options=scheduler_options,
    )


def test_the_mixin_binds_the_schedule_to_the_updates_of_the_trainer(tmp_path: Path) -> None:
    """Each update uses its value, and the logs say so."""
    made = trainer(tmp_path)
    made.train()
    assert made.model.rates() == RATES
    assert made.lr_scheduler.schedule == BOUND
    logged = [
        entry["learning_rate"] for entry in made.state.log_history if "learning_rate" in entry
    ]
    assert logged == BOUND(range(UPDATES)).tolist()


def test_accumulated_gradients_are_one_update(tmp_path: Path) -> None:
    """The trainer steps its scheduler once for each update."""
    made = trainer(tmp_path, gradient_accumulation_steps=4)
    made.train()
    assert made.model.rates() == RATES
    assert made.lr_scheduler.last_epoch == UPDATES


def test_durations_in_epochs(tmp_path: Path) -> None:
    """An epoch is what the trainer says, and as many updates as it has planned."""
    recipe = lrc.Linear(1.0, 0.5, "1 epoch") >> lrc.Constant(0.25)
    model = Ledger(UPDATES)
    made = WithSchedule(
        model=model,
        args=arguments(tmp_path, max_steps=-1),
        train_dataset=Batches(UPDATES),
        schedule=recipe,
    )
    made.args.num_train_epochs = 3
    made.create_optimizer_and_scheduler(num_training_steps=3 * UPDATES)
    assert made.lr_scheduler.schedule == lrc.Linear(1.0, 0.5, UPDATES) >> lrc.Constant(0.25)


def test_a_scheduler_that_is_passed_in(tmp_path: Path) -> None:
    """As any scheduler of PyTorch, in the `optimizers` of the Trainer."""
    model = Ledger(UPDATES)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    made = Trainer(
        model=model,
        args=arguments(tmp_path),
        train_dataset=Batches(UPDATES),
        optimizers=(optimizer, Scheduler(optimizer, BOUND)),
    )
    made.train()
    assert model.rates() == RATES


def test_a_run_goes_on_from_the_checkpoint_of_every_update(tmp_path: Path) -> None:
    """The weights are those of a run that was not interrupted."""
    trainer(tmp_path / "run", save_steps=1).train()
    for step in range(1, UPDATES):
        resumed = trainer(tmp_path / "resumed", save_strategy="no")
        resumed.train(resume_from_checkpoint=str(tmp_path / "run" / f"checkpoint-{step}"))
        assert resumed.model.rates() == RATES


def test_a_run_goes_on_with_a_changed_schedule(tmp_path: Path) -> None:
    """When the person says so."""
    trainer(tmp_path).train()
    changed = lrc.Constant(0.75)
    refusing = trainer(tmp_path, changed)
    with pytest.raises(lrc.ExportError, match="follows another schedule than this scheduler"):
        refusing.train(resume_from_checkpoint=str(tmp_path / "checkpoint-14"))
    adopting = trainer(tmp_path, changed, scheduler_options={"on_mismatch": "adopt"})
    adopting.train(resume_from_checkpoint=str(tmp_path / "checkpoint-14"))
    assert adopting.model.rates() == RATES[:14] + [0.75] * 16


PROGRAM: Final = """
import json, os, signal, sys
from pathlib import Path
from transformers import TrainerCallback
from transformers.trainer_utils import get_last_checkpoint
from test_transformers import trainer

class Killed(TrainerCallback):
    def on_step_end(self, args, state, control, **others):
        if state.global_step == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)

folder = Path(sys.argv[1])
made = trainer(folder, save_steps=2)
made.add_callback(Killed())
made.train(resume_from_checkpoint=get_last_checkpoint(str(folder)) if any(folder.iterdir()) else None)
print(json.dumps(made.model.rates()))
"""


def test_killed_and_resumed(tmp_path: Path) -> None:
    """SIGKILL at random updates; the weights are those of a run that was not interrupted."""
    rng = random.Random(1)
    (tmp_path / "run").mkdir()
    output = ""
    for end in (rng.randint(3, 14), rng.randint(16, 28), -1):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, tmp_path / "run", str(end)],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == (-9 if end > 0 else 0), done.stderr
        output = done.stdout
    assert json.loads(output.splitlines()[-1]) == RATES
