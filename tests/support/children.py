"""Child processes that end when the test run ends, however it ends.

The program runs under a small shell that waits on a pipe held open by this process. When the pipe
closes (on purpose, or because a worker was killed) the shell ends the program, waits for it and
removes its folder. So no server and no browser outlives the tests.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

STOPPING_TAKES_AT_MOST = 20.0
"""Seconds until a child that does not stop is killed."""

UNTIL_THE_PIPE_CLOSES = """
folder=$1 signal=$2; shift 2
"$@" >"$folder/output" 2>&1 &
child=$!
read -r _
kill -s "$signal" "$child" 2>/dev/null
wait "$child"
rm -rf "$folder" 2>/dev/null || { sleep 1; rm -rf "$folder"; }
"""


class Child:
    """A running program with a folder of its own, both gone after `stop`."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        user: int | None = None,
        stop_signal: str = "TERM",
    ) -> None:
        """Start `command`, as `user` (a uid) if given; its output goes to `folder`/output."""
        self.folder = folder
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", UNTIL_THE_PIPE_CLOSES, "sh", str(folder), stop_signal, *command],
            stdin=subprocess.PIPE,
            cwd=folder,
            user=user,
            start_new_session=True,
        )

    @property
    def output(self) -> str:
        """What the program has printed so far."""
        file = self.folder / "output"
        return file.read_text(errors="replace") if file.exists() else ""

    def stop(self) -> None:
        """End the program and wait until it and its folder are gone."""
        if self._shell.stdin:
            self._shell.stdin.close()
        try:
            self._shell.wait(STOPPING_TAKES_AT_MOST)
        except subprocess.TimeoutExpired:
            self._shell.kill()
            self._shell.wait()
