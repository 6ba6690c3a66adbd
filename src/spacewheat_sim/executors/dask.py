"""Workers of Dask, on this machine or on a cluster."""

from __future__ import annotations

import logging
import socket
import struct
import time
from concurrent.futures import CancelledError, Executor
from contextlib import suppress
from typing import Any

from spacewheat_sim.errors import ArgumentError, RunError

# Seconds to wait for a scheduler at first, and for one that was there to come back.
PATIENCE, RETURN = 10.0, 60.0
LONGEST_GREETING = 2**20  # bytes; it has some hundreds
SECONDS = 2.0  # between two looks at how many workers there are


class DaskPool:
    """The workers of a Dask scheduler, or of a cluster that is started for it."""

    is_deadly = False

    def __init__(self, address: str | None) -> None:
        """Connect to ``address``, HOST:PORT; start a cluster here if it is None.

        Raises:
            ArgumentError: the extra is not installed.
            RunError: nobody answers.
        """
        try:
            import distributed
        except ImportError:
            raise ArgumentError(
                "--executor dask needs Dask; install it with: pip install "
                "'spacewheat-sim[cluster]'"
            ) from None
        self._library: Any = distributed
        # It tells of every reconnection; a sweep says itself what matters.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._address = address
        self._cluster: Any = None
        self._client: Any = None
        self._workers, self._looked = 1, 0.0
        self._connect(PATIENCE)

    @property
    def workers(self) -> int:
        """The threads of all workers, of which there may be more later."""
        return max(1, self._threads())

    @property
    def absence(self) -> str:
        """What to tell while the scheduler has no worker, for which calls wait."""
        if self._threads():
            return ""
        return (
            "the scheduler has no worker, and rows wait for one; a worker that lacks "
            "this package ends with the first call"
        )

    def _threads(self) -> int:
        """Return how many threads all workers had at the last look."""
        if time.monotonic() - self._looked > SECONDS:
            with suppress(Exception):
                self._workers = sum(self._client.nthreads().values())
            self._looked = time.monotonic()
        return self._workers

    def is_lost(self, error: BaseException | None) -> bool:
        """Return whether a call went with the scheduler, or killed its workers."""
        library = self._library
        killed = library.scheduler.KilledWorker
        cancelled = library.client.FutureCancelledError
        return isinstance(error, CancelledError | OSError | killed | cancelled)

    def is_gone(self, error: BaseException | None) -> bool:
        """Return whether the scheduler does not answer."""
        killed = self._library.scheduler.KilledWorker
        return self._client.status != "running" or (
            self.is_lost(error) and not isinstance(error, killed)
        )

    def reopen(self) -> None:
        """Connect again, for up to a minute."""
        self.close(wait=False)
        self._connect(RETURN)

    def close(self, *, wait: bool) -> None:
        """Leave the scheduler; end the cluster that was started here."""
        with suppress(Exception):
            self.executor.shutdown(wait=wait)
        with suppress(Exception):
            self._client.close(timeout=2.0)
        if self._cluster is not None:
            with suppress(Exception):
                self._cluster.close(timeout=5.0)
        self._client = self._cluster = None

    def _connect(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        if self._address is None:
            self._cluster = self._library.LocalCluster(
                threads_per_worker=1, processes=True, dashboard_address=None
            )
        while True:
            left = max(deadline - time.monotonic(), 1.0)
            try:
                if self._address is not None:
                    _check_greeting(self._address, left)
                target = self._cluster or f"tcp://{self._address}"
                self._client = self._library.Client(
                    target, timeout=left, set_as_default=False
                )
                break
            except (OSError, TimeoutError):
                if time.monotonic() >= deadline:
                    raise RunError(
                        f"Nobody answers at dask://{self._address}, not within "
                        f"{patience:g} s; is there a scheduler?"
                    ) from None
                time.sleep(0.5)
        self.executor: Executor = self._client.get_executor(pure=False)


def _check_greeting(address: str, patience: float) -> None:
    """Raise if what is at ``address`` does not speak as Dask does.

    A scheduler greets whoever connects, with the length of its message first, in eight
    bytes. Its client would wait for the greeting without end.

    Raises:
        OSError: nobody is there, or says anything in time.
        RunError: something else is there.
    """
    host, _, port = address.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), patience) as there:
        there.settimeout(patience)
        head = there.recv(8, socket.MSG_WAITALL)
    if not head:
        raise ConnectionResetError
    if len(head) < 8 or struct.unpack("Q", head)[0] > LONGEST_GREETING:
        raise RunError(f"What answers at dask://{address} is no Dask scheduler")
