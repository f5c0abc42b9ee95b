"""Runs that end badly: killed at any moment, or out of room. The same command goes on, and nothing shows afterwards."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conflict_events.batch.reading_back import read_annotations, read_tables
from conflict_events.batch.stores import StoreError
from small_model import article

ARTICLES = 240
COMMAND = [sys.executable, "-c", "from conflict_events.cli import app; app()", "annotate"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles with two bad records among them."""
    path = tmp_path_factory.mktemp("corpus") / "corpus.jsonl"
    lines = [json.dumps(article(number)) for number in range(ARTICLES)]
    lines[50] = "{broken"
    lines[150] = json.dumps({"id": "empty", "text": " "})
    path.write_text("\n".join(lines) + "\n")
    return path


def command(corpus: Path, model: Path, output: Path, *more: str) -> list[str]:
    return [*COMMAND, str(corpus), "--model", str(model), "-o", str(output), "--shard-size", "4", *more]


def finish(line: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def uninterrupted(model: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("whole") / "whole.parquet"
    assert finish(command(corpus, model, output)).returncode == 1  # two records failed
    return output


def kill_at_random(line: list[str], chance: random.Random, output: Path) -> None:
    """Start the command, and end it by SIGKILL at a random moment after it has written something new."""
    before = _written(output)
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        started = time.monotonic()
        while process.poll() is None and time.monotonic() - started < 60 and _written(output) == before:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.2))  # a shard takes about so long, a third of it for writing
        process.send_signal(signal.SIGKILL)


def _written(output: Path) -> int:
    """Bytes of the store's journal, or of its database."""
    names = (output / "journal.jsonl", output.with_name(output.name + ".run") / "journal.jsonl", output)
    sizes = [path.stat().st_size for path in names if path.is_file()]
    return sizes[0] if sizes else 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "kills", "workers"),
    [("parquet", 20, 1), ("jsonl", 4, 1), ("csv", 4, 1), ("duckdb", 4, 1), ("2", 3, 2)],
)
def test_killed_at_random_moments_it_ends_with_the_same_tables(
    model: Path, corpus: Path, uninterrupted: Path, tmp_path: Path, ending: str, kills: int, workers: int
) -> None:
    chance = random.Random(ending)
    output = tmp_path / f"out.{ending}"
    line = command(corpus, model, output, "--workers", str(workers))
    for _ in range(kills):
        kill_at_random(line, chance, output)
        try:
            seen = [record.article.id for record in read_annotations(output)]
        except StoreError:
            continue  # it had not come far enough to write results
        assert seen == _ids(seen[-1]) if seen else True  # whole shards, in order, none twice
    assert finish(line).returncode in (0, 1)
    expected = read_tables(uninterrupted)
    for name, table in read_tables(output).items():
        assert table.equals(expected[name]), name
    errors = output / "errors.jsonl" if output.is_dir() else output.with_suffix(".errors.jsonl")
    assert sorted(json.loads(row)["source"] for row in errors.read_text().splitlines()) == sorted(
        [f"{corpus}#51", f"{corpus}#151"]
    )


def _ids(last: str) -> list[str]:
    """The ids of the corpus up to one of them."""
    good = [f"note-{number}" for number in range(ARTICLES) if number not in (50, 150)]
    return good[: good.index(last) + 1]


def test_out_of_room_is_said_and_the_run_goes_on_when_there_is_room(
    model: Path, corpus: Path, uninterrupted: Path, tmp_path: Path
) -> None:
    """A limit on the size of files stands for the full disk: the system refuses to write more in the same way."""
    output = tmp_path / "out.jsonl"
    limit = ["import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000));"]
    line = command(corpus, model, output)
    limited = [line[0], line[1], limit[0] + line[2], *line[3:]]
    ran = finish(limited)
    assert ran.returncode == 4
    assert "no room left" in ran.stderr
    assert "go on with the same command" in ran.stderr
    kept = [record.article.id for record in read_annotations(output)]
    assert kept == _ids(kept[-1])
    assert output.read_bytes().endswith(b"}\n")
    assert finish(line).returncode in (0, 1)
    assert read_tables(output) == read_tables(uninterrupted)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 kB, where the system lets us make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("this system does not let us mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("ending", ["parquet", "duckdb"])
def test_a_full_disk(model: Path, corpus: Path, uninterrupted: Path, small_disk: Path, ending: str) -> None:
    output = small_disk / f"out.{ending}"
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * 150_000)
    line = command(corpus, model, output)
    ran = finish(line)
    assert ran.returncode == 4
    assert str(output) in ran.stderr
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    assert finish(line).returncode in (0, 1)
    assert read_tables(output) == read_tables(uninterrupted)


def test_ctrl_c_keeps_what_is_done(model: Path, corpus: Path, uninterrupted: Path, tmp_path: Path) -> None:
    """The articles come down a pipe that stays open, so that the run cannot be over before it is interrupted."""
    output = tmp_path / "out.jsonl"
    lines = corpus.read_text().splitlines(keepends=True)
    line = command(Path("-"), model, output)
    with subprocess.Popen(
        line,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests in the background ignore it
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.writelines(lines[:200])
        process.stdin.flush()
        while process.poll() is None and not output.exists():
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130
    assert "go on with the same command" in said
    assert all(json.loads(row)["article"]["id"] for row in output.read_text().splitlines())
    assert finish(command(corpus, model, output)).returncode in (0, 1)
    expected = read_tables(uninterrupted)
    for name, table in read_tables(output).items():
        same = [column for column in table.column_names if column != "source"]  # the pipe or the file
        assert table.select(same).equals(expected[name].select(same)), name


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for a process's children")
def test_no_worker_lives_on_after_the_main_process_was_killed(model: Path, corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.parquet"
    line = command(corpus, model, output, "--workers", "2")
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and not _shards(output):
            time.sleep(0.01)
        workers = [Path("/proc", child) for child in children.read_text().split()]
        process.send_signal(signal.SIGKILL)
    assert workers
    deadline = time.monotonic() + 60  # a limit for the test only: each ends as soon as it hears of it
    while any(_alive(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_alive(worker) for worker in workers)


def _shards(output: Path) -> int:
    """How many shards were committed: the lines of the journal after its start."""
    journal = output / "journal.jsonl"
    return journal.read_bytes().count(b"\n") - 1 if journal.is_file() else 0


def _alive(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
