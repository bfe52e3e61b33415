"""What bringing files into the database costs: in all, of one change, and for each entity of a large estate."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine

import build
from bench import estate
from waypost.catalog.ingestion.sync import sync_catalog
from waypost.core.database import transaction
from waypost.core.workspace import Workspace

ENTITIES = 10_000
PER_FILE = 10
MOST_OF_PARSING = 3.6
"""How many times the CPU of reading the same files with PyYAML's C parser ingestion may take."""
MOST_OF_ONE_FILE = 0.02
MOST_OF_AN_ENTITY = 1.15
"""How many times as much an entity of a large estate may cost as one of a tenth of it."""
MOST_MEMORY = {20_000: 400, 100_000: 900}
"""Megabytes that ingesting so many entities may take at its peak."""
LARGE = int(os.environ.get("WAYPOST_BENCH_ENTITIES", "20000"))


def ingest(engine: Engine, root: Path) -> float:
    """Bring the catalog at *root* into the database; return the CPU seconds, with those of the commit."""
    started = time.process_time()
    with transaction(engine) as connection:
        sync_catalog(build.context(connection, workspace=Workspace(root), now=build.NOON.replace(year=2100)))
    return time.process_time() - started


def parse(root: Path) -> float:
    """Read the files at *root* as YAML and no more; return the CPU seconds."""
    started = time.process_time()
    for file in sorted((root / "catalog").iterdir()):
        for _ in yaml.load_all(file.read_bytes(), yaml.CSafeLoader):
            pass
    return time.process_time() - started


def write(root: Path, size: int) -> Path:
    """Write an estate as people write theirs: block style, a few entities a file."""
    for path, text in estate.files(size, PER_FILE).items():
        documents = yaml.load_all(text, yaml.CSafeLoader)
        build.write_files(root, {path: yaml.dump_all(documents, Dumper=yaml.CSafeDumper, sort_keys=False)})
    return root


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An estate of ten thousand entities in a thousand files."""
    return write(tmp_path_factory.mktemp("estate"), ENTITIES)


@pytest.mark.bench
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ingesting_costs_little_more_than_reading_yaml(engine: Engine, workspace: Path) -> None:
    plain, whole = parse(workspace), ingest(engine, workspace)

    print(f"ingesting {ENTITIES}: {whole:.2f} s of CPU, {whole / plain:.2f} times reading them as YAML")  # noqa: T201 - the figure itself
    assert whole < MOST_OF_PARSING * plain


@pytest.mark.bench
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_file_costs_what_it_holds(engine: Engine, workspace: Path) -> None:
    whole = ingest(engine, workspace)
    file = workspace / "catalog/part-500.yaml"
    text = file.read_text()

    costs = []
    for number in range(3):
        file.write_text(text.replace("lifecycle: ", f"lifecycle: x{number}"))
        costs.append(ingest(engine, workspace))
    file.write_text(text)

    print(f"one file of {ENTITIES // PER_FILE}: {min(costs) / whole:.2%} of the whole")  # noqa: T201 - the figure itself
    assert min(costs) < MOST_OF_ONE_FILE * whole


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Path]:
    """A place for a large estate."""
    yield tmp_path
    shutil.rmtree(tmp_path)


MEASURE = """
import resource, sys
from pathlib import Path
from bench import test_ingestion
from waypost.core.database import open_engine, upgrade
from waypost.core.host import find_plugins
engine = open_engine(sys.argv[2])
upgrade(engine, find_plugins())
seconds = test_ingestion.ingest(engine, Path(sys.argv[1]))
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
engine.dispose()
"""


def measure(root: Path, size: int) -> tuple[float, int]:
    """Ingest an estate of *size* in a process of its own; return its CPU seconds and the megabytes at its peak."""
    write(root, size)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, root, f"sqlite:///{root / 'bench.db'}"],
        env=build.clean_environment() | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, megabytes = done.stdout.split()
    return float(seconds), int(megabytes)


@pytest.mark.bench
def test_an_entity_of_a_large_estate_costs_no_more(large: Path) -> None:
    few, _ = measure(large / "few", LARGE // 10)
    many, megabytes = measure(large / "many", LARGE)

    ratio = many / few / 10
    print(f"an entity of {LARGE}: {ratio:.2f} times one of {LARGE // 10}; {megabytes} MB at the peak")  # noqa: T201 - the figure itself
    assert ratio < MOST_OF_AN_ENTITY
    assert megabytes < next(most for size, most in MOST_MEMORY.items() if size >= LARGE)
