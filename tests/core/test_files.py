"""Documents in files: replaced whole, and otherwise left as they are; and what threads do meanwhile."""

from __future__ import annotations

import copy
import os
import pickle
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import lrcore as lrc

LINE = lrc.Linear(0.0, 1.0, 10)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_permissions_are_kept(tmp_path: Path, mode: int) -> None:
    """Those of the file that is replaced; a new file has those that any new file has."""
    path, new = tmp_path / "s.json", tmp_path / "new.json"
    path.touch()
    path.chmod(mode)
    lrc.save(LINE, path)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    lrc.save(LINE, new)
    other = tmp_path / "other"
    other.touch()
    assert new.stat().st_mode == other.stat().st_mode


def test_read_only_files_are_not_replaced(tmp_path: Path) -> None:
    """They are meant to stay as they are, also for an administrator."""
    path = tmp_path / "s.json"
    lrc.save(LINE, path)
    path.chmod(0o444)
    with pytest.raises(PermissionError, match=r"s\.json"):
        lrc.save(lrc.Constant(1.0), path)
    assert lrc.load(path) == LINE
    assert [*tmp_path.iterdir()] == [path]


def test_links_lead_to_the_same_file(tmp_path: Path) -> None:
    """What they lead to is replaced, or made."""
    (tmp_path / "data").mkdir()
    link, target = tmp_path / "link.json", tmp_path / "data" / "s.json"
    link.symlink_to("data/s.json")
    for schedule in (LINE, lrc.Constant(1.0)):
        lrc.save(schedule, link)
        assert link.is_symlink()
        assert lrc.load(target) == schedule
    assert [*(tmp_path / "data").iterdir()] == [target]


@pytest.mark.parametrize("name", ["x" * 250 + ".json", "\N{SNOWMAN}" * 85, ".", "-", "a\nb"])
def test_any_legal_name(tmp_path: Path, name: str) -> None:
    """Up to the longest that the file system takes."""
    path = os.path.join(tmp_path, name)
    if name == ".":
        with pytest.raises(IsADirectoryError, match=r"/\.'"):
            lrc.save(LINE, path)
        return
    lrc.save(LINE, path)
    assert lrc.load(path) == LINE


def test_errors_name_the_path_that_was_given(tmp_path: Path) -> None:
    """And not the draft, or where links lead."""
    path = tmp_path / "missing" / "s.json"
    with pytest.raises(FileNotFoundError) as raised:
        lrc.save(LINE, path)
    assert raised.value.filename == str(path)
    assert ".tmp" not in str(raised.value)


def test_pipes_and_devices_are_not_replaced(tmp_path: Path) -> None:
    """A file in their place is not what anyone waits for."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/null")):
        with pytest.raises(OSError, match=r"a pipe or a device cannot be replaced; write to_json"):
            lrc.save(LINE, path)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_draft_is_on_the_disk_before_it_takes_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut could leave an empty file under the name."""
    done: list[str] = []
    sync, put = os.fsync, os.replace

    def synced(file: int) -> None:
        done.append("sync")
        sync(file)

    def placed(draft: str, target: str) -> None:
        done.append("put")
        put(draft, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", placed)
    lrc.save(LINE, tmp_path / "s.json")
    assert done == ["sync", "put"]


def test_reading_stops_at_the_size_limit(tmp_path: Path) -> None:
    """Of a device without an end, and of a pipe whose writer never stops."""
    with pytest.raises(lrc.DocumentError, match="/dev/zero: a document is at most 16777216 bytes"):
        lrc.load("/dev/zero")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def write() -> None:
        with (
            open("/dev/zero", "rb") as zeros,
            pipe.open("wb", 0) as file,
            pytest.raises(BrokenPipeError, match="Broken pipe"),
        ):
            shutil.copyfileobj(zeros, file)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        with pytest.raises(lrc.DocumentError, match="at most 16777216 bytes"):
            lrc.load(pipe)
        writing.result()


def test_copies_are_the_schedule_itself() -> None:
    """Nothing in it can change; so do durations and plans."""
    plan = lrc.Plan(learning_rate=LINE, groups={"a": lrc.Factor(0.5)})
    for value in (LINE, plan, lrc.Duration("1 run")):
        assert copy.copy(value) is value
        assert copy.deepcopy([value])[0] is value


def test_copies_while_others_evaluate() -> None:
    """What evaluations keep is no part of a copy."""

    def both(n: int) -> None:
        schedule = lrc.Sequence(tuple(lrc.Linear(0.0, 1.0, k + 0.5) for k in range(1, 20)))
        with ThreadPoolExecutor(2) as pair:
            value = pair.submit(schedule, n)
            assert copy.deepcopy(schedule)(n) == value.result()
            assert pickle.loads(pickle.dumps(schedule)) == schedule

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(both, range(100)))


def test_pickles_hold_fields_alone() -> None:
    """Not what was computed from them."""
    for value in (lrc.WarmupCosine(0.1, 5, 2.5), lrc.Plan(learning_rate=LINE, groups={"a": 0.5})):
        before = pickle.dumps(value)
        assert value(3) is not None
        assert (value.duration, len(value.fingerprint)) == (value.duration, 64)
        assert pickle.dumps(value) == before
        assert pickle.loads(before) == value
