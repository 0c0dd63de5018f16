"""Two workers that train together: both use the value of each update, before and after a restart."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import lrcore as lrc
from lrcore.backend import to_float32

UPDATES: Final = 12
SCHEDULE: Final = lrc.WarmupCosine(0.5, 3, 9, end=0.125)

PROGRAM: Final = """
import json, sys
import tensorflow as tf
import lrcore as lrc

folder, document, updates, end = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
strategy = tf.distribute.MultiWorkerMirroredStrategy()
rate = lrc.export(lrc.from_json(document), "tensorflow")
with strategy.scope():
    step = tf.Variable(0, dtype=tf.int64, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA)
    weights = tf.Variable(tf.zeros([updates]), aggregation=tf.VariableAggregation.MEAN)

def replica():
    weights.assign_sub(rate(step) * tf.one_hot(step, updates))
    step.assign_add(1)

update = tf.function(lambda: strategy.run(replica))
worker = strategy.cluster_resolver.task_id
checkpoint = tf.train.Checkpoint(step=step, weights=weights)
if end == updates:
    checkpoint.read(f"{folder}/{worker}").assert_consumed()
for _ in range(int(step.numpy()), end):
    update()
checkpoint.write(f"{folder}/{worker}")
print(json.dumps((-weights.numpy()).tolist()))
"""


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("localhost", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def trained(folder: Path, end: int) -> list[list[float]]:
    """What each of two workers has used, up to an update."""
    workers = [f"localhost:{port}" for port in free_ports(2)]
    started = [
        subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "-c", PROGRAM, str(folder)),
                *(SCHEDULE.to_json(), str(UPDATES), str(end)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "TF_CONFIG": json.dumps(
                    {"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}}
                ),
            },
        )
        for index in range(2)
    ]
    found = []
    for process in started:
        output, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        found.append(json.loads(output.splitlines()[-1]))
    return found


def test_two_workers_use_the_same_values(tmp_path: Path) -> None:
    """With `MultiWorkerMirroredStrategy`, and from the checkpoint of the fifth update."""
    rates = to_float32(SCHEDULE(range(UPDATES))).tolist()
    assert trained(tmp_path, 5) == [rates[:5] + [0.0] * (UPDATES - 5)] * 2
    assert trained(tmp_path, UPDATES) == [rates] * 2
