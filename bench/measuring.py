"""Runs a command and measures it with all its children."""

import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
_PERIOD = 0.5
_MIB = 1024


class Measured(NamedTuple):
    """Seconds on the clock and of the processors, and the most memory of all processes in sum (MiB)."""

    seconds: float
    processor: float
    peak: float
    output: str


def run(*command: str) -> Measured:
    """Runs `praleska` with these arguments; it must succeed."""
    before, start, peak = _processor(), time.monotonic(), 0
    process = subprocess.Popen(
        [sys.executable, "-m", "server", *command], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    # What it prints is short: it waits in the pipe until the end.
    while process.poll() is None:
        peak = max(peak, sum(map(_memory, family(process.pid))))
        time.sleep(_PERIOD)
    if process.returncode:
        raise SystemExit(f"praleska {' '.join(command)} failed.")
    seconds = time.monotonic() - start
    return Measured(seconds, _processor() - before, peak / _MIB, process.stdout.read().strip())


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def family(first: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in filter(str.isdigit, os.listdir("/proc")):
        parent = _read(entry, "stat").rpartition(")")[2].split()
        if parent:
            children[int(parent[1])].append(int(entry))
    family = [first]
    for member in family:
        family += children[member]
    return family


def _memory(process: int) -> int:
    """KiB of memory that a process holds."""
    lines = (line.split() for line in _read(str(process), "status").splitlines() if line.startswith("VmRSS:"))
    return next((int(words[1]) for words in lines), 0)


def _read(process: str, name: str) -> str:
    try:
        return Path("/proc", process, name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
