"""numba's ``njit`` with compiled kernels kept in the user's cache folder.

numba's own cache numbers the compiled versions of a function in an index. Where two
processes compile different signatures of it at once, the code of one can end up under
the signature of the other, and whoever loads it gets wrong numbers without a word. Its
stamps also miss changes in kernels that a kernel calls from another file. Here each
signature has a file of its own, written in one move, that carries a stamp of the
kernel's module and of every module of this package that it imports, however indirectly:
compiled code contains their functions and the values of their constants. Nothing that
happens to the folder can stop a run: what cannot be read, is damaged, or may have been
written by another user is compiled, and what cannot be written is compiled again next
time.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import numba
import platformdirs
from numba.core.compiler import CompileResult
from numba.core.compiler_lock import global_compiler_lock
from numba.core.serialize import dumps

from spacewheat_sim.interrupts import unheld
from spacewheat_sim.long_call import interruptible
from spacewheat_sim.private_files import read_private, write_private
from spacewheat_sim.version import __version__

# As numba does, so that whoever sets it keeps their folder.
VARIABLE = "NUMBA_CACHE_DIR"
PACKAGE = Path(__file__).parent
_LOCK: Any = global_compiler_lock  # numba tells nothing of its type
DIGEST = hashlib.sha256().digest_size
LARGEST = 2**26  # bytes of a file; those of the largest kernels have 2^20

# The statements that import from this package, at any depth of a module.
_IMPORT = re.compile(
    rf"^\s*(?:from\s+({__package__}[\w.]*)\s+import\s+(\([^)]*\)|[^\n]*)"
    rf"|import\s+({__package__}[\w.]*))",
    re.MULTILINE,
)
_WORD = re.compile(r"\w+")


def njit(signature: Any = None, **options: Any) -> Any:
    """Return numba's decorator, untyped as it is, with this cache.

    Args:
        signature: Compiles a function for these types at once, and for no others.
        options: Those of ``numba.njit``.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        dispatcher = numba.njit(**options)(function)
        dispatcher._cache = KernelCache(function)  # noqa: SLF001 - nothing public does it
        if signature is not None:
            dispatcher.compile(signature)
            dispatcher.disable_compile()
        else:
            dispatcher.compile = _left_on_request(dispatcher.compile)
        return dispatcher

    return decorate


def _left_on_request(compiling: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a dispatcher's ``compile`` that a request to stop need not wait for.

    The compiler of machine code heeds none for many seconds. A call that is left ends
    by itself, and what it has compiled is there for the next.
    """

    def compile_for(signature: Any) -> Any:
        # Within the compilation of another, another thread would wait for its lock.
        if _LOCK.is_locked():
            return compiling(signature)
        with unheld():
            return interruptible(lambda: compiling(signature))

    return compile_for


@cache
def folder() -> Path:
    """Return where compiled kernels are kept, whether or not it can be written."""
    given = os.environ.get(VARIABLE)
    base = Path(given) if given else platformdirs.user_cache_path("spacewheat_sim")
    return base / __version__


@cache
def stamp(module: str, root: Path = PACKAGE) -> bytes:
    """Return a digest of what the kernels of a module are compiled from.

    Args:
        module: Its full name.
        root: Folder of the package.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    seen, waiting = {module}, [module]
    while waiting:
        for name in imported(waiting.pop(), root) - seen:
            seen.add(name)
            waiting.append(name)
    for name in sorted(seen):
        digest.update(name.encode())
        digest.update(_source(name, root) or b"")
    return digest.digest()


@cache
def imported(module: str, root: Path = PACKAGE) -> frozenset[str]:
    """Return the modules of the package that a module imports by name."""
    text = (_source(module, root) or b"").decode()
    named = set()
    for origin, listed, bare in _IMPORT.findall(text):
        # What is imported from a package may be a module of it.
        members = _WORD.findall(re.sub("#.*", "", listed))
        named |= {bare or origin, *(f"{origin}.{member}" for member in members)}
    return frozenset(name for name in named if _source(name, root) is not None)


@cache
def _source(module: str, root: Path) -> bytes | None:
    """Return the source of a module of the package, None if there is no such."""
    path = root.joinpath(*module.split(".")[1:])
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        with suppress(OSError):
            return file.read_bytes()
    return None


@cache
def _tell_once() -> None:
    """Tell whoever waits at a terminal why the first run takes long."""
    at_terminal = sys.stderr is not None and sys.stderr.isatty()
    if at_terminal and parent_process() is None:  # one of several workers is silent
        sys.stderr.write(
            "note: compiling loops, which is done once; it can take half a minute\n"
        )


@cache
def _report_once(place: Path, reason: str) -> None:
    sys.stderr.write(
        f"note: compiled kernels cannot be kept in {place} ({reason}), so every run "
        f"compiles them anew; {VARIABLE} may name another folder\n"
    )


class KernelCache:
    """What numba asks of a function's cache: to load and save compiled signatures."""

    def __init__(self, function: Callable[..., Any]) -> None:
        """Name the files of a function."""
        self.module = function.__module__
        self.name = f"{function.__module__}.{function.__qualname__}"

    @property
    def cache_path(self) -> str:
        """Folder, as numba's statistics show it."""
        return str(folder())

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Return what was compiled for a signature, or None: then it is compiled."""
        found = self._kept(signature, target)
        if found is None:
            _tell_once()
        return found

    def _kept(self, signature: Any, target: Any) -> Any:
        """Return what is in the file of a signature, or None."""
        target.refresh()
        path, heading = self._place(signature, target.codegen())
        try:
            data = read_private(path, LARGEST)
        except OSError:
            return None
        # One with another heading is out of date.
        if not data.startswith(heading):
            return None
        digest, payload = data[len(heading) :][:DIGEST], data[len(heading) + DIGEST :]
        if hashlib.sha256(payload).digest() != digest:
            return None
        try:
            reduced = pickle.loads(payload)  # noqa: S301 - the user's own folder
        except (ImportError, AttributeError):
            return None  # a type of the signature has another home by now
        rebuild: Any = CompileResult._rebuild  # noqa: SLF001 - as numba's cache does
        return rebuild(target, *reduced)

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep what was compiled for a signature, if it can be kept."""
        path, heading = self._place(signature, compiled.library.codegen)
        reduced = compiled._reduce()  # noqa: SLF001 - as numba's cache does
        payload: bytes = dumps(reduced)  # type: ignore[no-untyped-call]
        try:
            digest = hashlib.sha256(payload).digest()
            write_private(path, heading + digest + payload)
        except OSError as error:
            _report_once(folder(), error.strerror or str(error))

    def enable(self) -> None:
        """Do nothing: numba's interface has it."""

    def disable(self) -> None:
        """Do nothing: numba's interface has it."""

    def flush(self) -> None:
        """Do nothing: numba's interface has it."""

    def _place(self, signature: Any, codegen: Any) -> tuple[Path, bytes]:
        """Return the file of a signature, and what it begins with if it is valid."""
        version = sys.implementation.cache_tag
        key = repr((self.name, signature, codegen.magic_tuple(), version)).encode()
        name = f"{self.name}-{hashlib.sha256(key).hexdigest()[:24]}"
        return folder() / name, hashlib.sha256(stamp(self.module) + key).digest()
