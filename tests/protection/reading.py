"""A reader in a process of its own: asks for pages until standard input ends, then tells how long each took.

In the process of the test it would measure how busy the test is.
"""

import json
import sys
import threading
import time
import urllib.error
import urllib.request

PATHS = ("/en/", "/be/list/Case", "/doc/dtezg8jwry.ru.html", "/doc/dtezg8jwry.ttl", "/search?q=Minsk")
_PAUSE = 0.02


def _fresh(path: str) -> str:
    """Nothing that is kept, but for the list, which takes no parameter that it does not know."""
    if "/list/" in path:
        return path
    return f"{path}{'&' if '?' in path else '?'}n={time.monotonic()}"


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def main(site: str) -> None:
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    times: list[float] = []
    errors: list[str] = []
    while not over.wait(_PAUSE):
        path = PATHS[len(times) % len(PATHS)]
        began = time.monotonic()
        status = _status(site + _fresh(path))
        times.append(time.monotonic() - began)
        if status != 200:
            errors.append(f"{path}: {status}")
    print(json.dumps({"times": times, "errors": errors}))


if __name__ == "__main__":
    main(sys.argv[1])
