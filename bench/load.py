"""Load by `wrk` (a package of Debian): a server is asked prepared requests in turn."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

# The script runs inside of wrk: it takes the requests in turn, and tells the result as JSON.
_SCRIPT = """
local targets = {%(targets)s}
local packed, at = {}, 0
init = function(args)
  for i, target in ipairs(targets) do packed[i] = wrk.format("GET", target, {%(headers)s}) end
end
request = function()
  at = at %% #packed + 1
  return packed[at]
end
done = function(summary, latency, requests)
  io.write(string.format(
    '{"requests": %%d, "microseconds": %%d, "failed": %%d, "p50": %%d, "p99": %%d}\\n',
    summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class Load(NamedTuple):
    """Answers a second, milliseconds in which half, and 99 of 100, have arrived; and how many were none."""

    rate: float
    p50: float
    p99: float
    failed: int


def check_tool() -> None:
    """Ends the program with a word when wrk is missing."""
    if shutil.which("wrk") is None:
        raise SystemExit("This needs wrk, which makes the load: apt-get install wrk")


def load(
    port: int, targets: Sequence[str], headers: Mapping[str, str], seconds: float, connections: int = 8
) -> Load:
    """Asks for `targets`, each connection for the next when it has its answer."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write(
            _SCRIPT
            % {
                "targets": ", ".join(map(json.dumps, targets)),
                "headers": ", ".join(f"[{json.dumps(n)}] = {json.dumps(v)}" for n, v in headers.items()),
            }
        )
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
        told = _run([*command, "-s", script.name, f"http://127.0.0.1:{port}"])
    answered = told["requests"] - told["failed"]
    return Load(answered * 1e6 / told["microseconds"], told["p50"] / 1000, told["p99"] / 1000, told["failed"])


def _run(command: Sequence[str | Path]) -> dict[str, int]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found
