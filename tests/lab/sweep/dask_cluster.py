"""A real Dask scheduler with worker processes on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 60.0


class Cluster:
    """A scheduler and workers, each a process of its own that can be killed."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.scheduler = self._scheduler()
        self.workers = [self._worker() for _ in range(workers)]

    def join(self, packages: Path | None = None) -> None:
        """Start one more worker, which sees other packages first."""
        self.workers.append(self._worker(packages))

    @property
    def executor(self) -> str:
        return f"dask://127.0.0.1:{self.port}"

    def restart(self) -> None:
        """Kill the scheduler and all workers, and start others at the same port."""
        count = len(self.workers)
        self.close()
        self.scheduler = self._scheduler()
        self.workers = [self._worker() for _ in range(count)]

    def close(self) -> None:
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait(PATIENCE)

    def _scheduler(self) -> subprocess.Popen[bytes]:
        words = ["--host", "127.0.0.1", "--port", str(self.port), "--no-show"]
        process = self._started("dask_scheduler", *words, "--no-dashboard")
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return process

    def _worker(self, packages: Path | None = None) -> subprocess.Popen[bytes]:
        words = [f"tcp://127.0.0.1:{self.port}", "--nthreads", "1", "--no-nanny"]
        folder = ["--local-directory", str(self._folder), "--no-dashboard"]
        return self._started("dask_worker", *words, *folder, packages=packages)

    def _started(
        self, name: str, *words: str, packages: Path | None = None
    ) -> subprocess.Popen[bytes]:
        first = {"PYTHONPATH": str(packages)} if packages else {}
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{name}", *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env={**os.environ, **first},
        )
