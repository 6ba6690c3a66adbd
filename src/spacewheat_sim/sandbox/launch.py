"""Opens the sandbox in a window, or draws pictures without one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from spacewheat_sim.engine.bath.arguments import checked_count
from spacewheat_sim.engine.session.listing import Listed, kind_of, left_unfinished
from spacewheat_sim.engine.session.log import LOG, SessionLog, SessionWriteError
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.recorded import RecordedSession
from spacewheat_sim.engine.world.saves import load_world
from spacewheat_sim.errors import ArgumentError, RunError, os_reason
from spacewheat_sim.jsonio import write_atomically
from spacewheat_sim.plain_values import typed
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.challenge.best_runs import BestRuns, best_runs_folder
from spacewheat_sim.sandbox.biome.first_steps import LEVEL_STEPS, REGISTER_STEPS
from spacewheat_sim.sandbox.biome.outlook.desk import in_a_thread
from spacewheat_sim.sandbox.display.pygame_package import require_pygame
from spacewheat_sim.sandbox.display.scale import (
    LARGEST_SCALE,
    LEAST_SCALE,
    fitting_scale,
    scaled_size,
    usual_scale,
)
from spacewheat_sim.sandbox.entry import CHALLENGE
from spacewheat_sim.sandbox.lab.continuing import scene_to_continue
from spacewheat_sim.sandbox.screens import SAVES, Screens, find_screen
from spacewheat_sim.sandbox.settings import Settings, settings_path

DEFAULT = "biotic_flux"
SESSIONS = Path("runs") / "sessions"
LEAST_SIDES, LARGEST_SIDE = (120, 75), 8192
MOST_FRAMES = 1_000_000


class PictureError(RunError):
    """A picture cannot be saved."""


def play(
    name: str | None = None,
    *,
    seed: int | None = None,
    frames: int | None = None,
    screenshot: Path | None = None,
    scale: float | None = None,
    size: tuple[int, int] | None = None,
    log: Path | None = None,
    continued: Path | None = None,
) -> None:
    """Show a biome or a lab scene in a window until it is closed.

    Args:
        name: Name or file of a biome or scenario; None shows the first biome.
        seed: Root seed; None draws one.
        frames: Draw this many frames without a window, one tick each.
        screenshot: PNG file for the last frame; without ``frames``, for the first.
        scale: Pixels per logical pixel, 1 to 3; by default it follows the size.
        size: Width and height in pixels; by default 1280 × 720 times ``scale``, or what
            the screen has room for.
        log: File of the session log; by default a new file in ``runs/sessions``, if
            there is a window.
        continued: A save or a session log to go on from, instead of ``name``.

    Raises:
        PygameError: pygame is missing, or installed twice.
        NoDisplayError: there is no display.
        UnknownNameError, ContentError: there is no such biome, or its file is invalid.
        ArgumentError: an argument is invalid.
        PictureError: the screenshot cannot be saved.
        SessionWriteError: ``log`` cannot be written.
    """
    _check(scale, size, screenshot, log, frames)
    if screenshot is not None and frames is None:
        frames = 1
    pixels = size or (None if scale is None else scaled_size(scale))
    require_pygame()
    name = _checked_name(name, seed, continued)
    show = partial(
        _run, frames=frames, screenshot=screenshot, scale=scale, pixels=pixels
    )
    if log is not None:
        with SessionLog(log) as asked:
            asked.reserve()
            show(_opened(name, seed, asked, in_window=frames is None))
        if asked.failure is not None:
            raise asked.failure
        return
    usual = SessionLog(_new_log(name)) if frames is None else None
    show(_opened(name, seed, usual, in_window=frames is None))
    if usual is not None and usual.failure is not None:
        sys.stderr.write(f"{usual.failure}\n")


def play_session(
    path: Path,
    *,
    frames: int | None = None,
    screenshot: Path | None = None,
    scale: float | None = None,
) -> None:
    """Show a recorded session in the sandbox, from its beginning.

    It shows the biomes; of a session of nothing but scenes of the lab, the scene with
    which it ends. Once somebody acts in it, a log of its own is written.

    Args:
        path: The session log.
        frames: As in :func:`play`.
        screenshot: As in :func:`play`.
        scale: As in :func:`play`.

    Raises:
        SessionLogError: the log is damaged, or there is none.
        PygameError, NoDisplayError, ArgumentError, PictureError: as in :func:`play`.
    """
    recorded = read_session(path, scenes=True)
    if not all(chapter.is_scene for chapter in recorded.chapters):
        recorded = read_session(path)
    _check(scale, None, screenshot, None, frames)
    require_pygame()
    pixels = None if scale is None else scaled_size(scale)
    log = SessionLog(_new_log(path.name)) if frames is None else None
    opened = _opened(str(path), None, log, replayed=recorded, in_window=frames is None)
    _run(opened, frames, screenshot, scale, pixels)


@contextmanager
def _opened(
    name: str,
    seed: int | None,
    log: SessionLog | None,
    *,
    in_window: bool,
    replayed: RecordedSession | None = None,
) -> Iterator[App]:
    """Yield an app with the screen ``name``; close its log, and print its path."""
    left = left_unfinished(SESSIONS) if in_window else None
    told: list[str] = []
    settings = Settings(settings_path(), told.append) if in_window else _picture()
    runs = BestRuns(best_runs_folder() if in_window else None, told.append)
    screens = Screens(seed, log, left, replayed, runs)
    app = App(screens.catalog, screens.open, name, settings, runs.stars)
    runs.notice = app.notice
    if in_window:
        keys = [key for key, title in screens.catalog if title.startswith(CHALLENGE)]
        in_a_thread(partial(runs.prove_all, keys))
    if log is not None and in_window:
        where = f"This session is recorded in {log.path}"
        _tell(app, where if replayed is None else "", left, told)
    crashed = False
    try:
        yield app
    except Exception:
        crashed = True
        raise
    finally:
        app.close()
        if not crashed:
            screens.forget_autosave()
        _end(screens, log)


def _picture() -> Settings:
    """Return settings for pictures, which tell no first steps."""
    settings = Settings()
    for step in (*LEVEL_STEPS, *REGISTER_STEPS):
        settings.take_step(step.name)
    return settings


def _tell(app: App, where: str, left: Listed | None, told: list[str]) -> None:
    """Say where the session is written down, and which one was left unfinished."""
    lines = [*told, app.pending_notice, where]
    app.about = "; ".join(filter(None, (where, f"quick saves are in {SAVES}")))
    if left is not None:
        command = f"spacewheat play --continue {typed(left.path)}"
        lines.append(
            f"The last session was not brought to its end: the menu, or {command}, "
            "continues it"
        )
        sys.stderr.write(f"note: {lines[-1]}\n")
    app.notice("; ".join(filter(None, lines)))


def _run(
    opened: AbstractContextManager[App],
    frames: int | None,
    screenshot: Path | None,
    scale: float | None,
    pixels: tuple[int, int] | None,
) -> None:
    """Show the app in a window, or draw ``frames`` of it."""
    if frames is not None:
        with opened as app:
            _draw(app, frames, pixels or scaled_size(1.0), scale, screenshot)
        return
    from spacewheat_sim.sandbox.display.opening import close_display, open_display

    open_display(pixels)
    try:
        # Load and compile slow parts after the window is open.
        from spacewheat_sim.sandbox.display.window import Window

        with opened as app:
            Window(app, scale=scale).run()
    finally:
        close_display()


def _draw(
    app: App,
    frames: int,
    pixels: tuple[int, int],
    scale: float | None,
    path: Path | None,
) -> None:
    from spacewheat_sim.sandbox.display.files import png
    from spacewheat_sim.sandbox.display.saved.picture import Frame

    wanted = usual_scale(pixels) if scale is None else scale
    frame = Frame(*pixels, fitting_scale(wanted, pixels))
    for _ in range(frames):
        app.step_frame()
        frame.paint(app.draw)
    if path is not None:
        try:
            write_atomically(path, png(frame.surface))
        except OSError as error:
            reason = os_reason(error)
            raise PictureError(f"Cannot save {path}: {reason}") from error
        sys.stdout.write(f"{path}\n")


def _check(
    scale: float | None,
    size: tuple[int, int] | None,
    screenshot: Path | None,
    log: Path | None,
    frames: int | None,
) -> None:
    if frames is not None:
        checked_count(frames, "--frames", at_least=1)
        if frames > MOST_FRAMES:
            raise ArgumentError(
                f"--frames must be at most {MOST_FRAMES:,}, but is {frames:,}"
            )
    if scale is not None and not LEAST_SCALE <= scale <= LARGEST_SCALE:
        raise ArgumentError(
            f"--scale must be {LEAST_SCALE:g} to {LARGEST_SCALE:g}, but is {scale:g}"
        )
    if size is not None and not all(
        least <= side <= LARGEST_SIDE
        for least, side in zip(LEAST_SIDES, size, strict=True)
    ):
        least = f"{LEAST_SIDES[0]}x{LEAST_SIDES[1]}"
        raise ArgumentError(
            f"--size must be {least} to {LARGEST_SIDE}x{LARGEST_SIDE} pixels, but is "
            f"{size[0]}x{size[1]}"
        )
    if screenshot is not None:
        if screenshot.suffix.lower() != ".png":
            raise ArgumentError(
                f"--screenshot saves PNG files; {str(screenshot)!r} should end in .png"
            )
        _check_place(screenshot)
    if log is not None and os.path.lexists(log):
        raise ArgumentError(f"--log {log}: the file already exists")
    # The session saves itself beside its log, under the name that ends in .autosave.
    if log is not None and kind_of(log) not in ("session", None):
        raise ArgumentError(
            f"--log writes a session log; {str(log)!r} is named as a save is, and "
            f"should end in {LOG}"
        )


def _check_place(screenshot: Path) -> None:
    """Raise if a picture could not be saved, before anything is drawn."""
    folder = screenshot.absolute().parent
    if not folder.is_dir():
        raise ArgumentError(
            f"--screenshot {screenshot}: there is no folder {screenshot.parent}"
        )
    if screenshot.is_dir():
        raise ArgumentError(f"--screenshot {screenshot}: this is a folder")
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise PictureError(f"Cannot save {screenshot}: {os_reason(error)}") from error


def _checked_name(name: str | None, seed: int | None, continued: Path | None) -> str:
    """Return what the first screen is opened by, before a window is."""
    if continued is None:
        name = DEFAULT if name is None else name
        find_screen(name)
        return name
    if name is not None or seed is not None:
        raise ArgumentError(
            "--continue goes on with the biome and the seed of its file: leave out "
            "BIOME and --seed"
        )
    if kind_of(continued) is None:
        raise ArgumentError(
            f"--continue {continued}: the name of a session log ends in .jsonl, that "
            "of a save in .world or .autosave, that of its backup in .backup besides"
        )
    if scene_to_continue(continued) is not None:
        return str(continued)
    if kind_of(continued) == "session":
        read_session(continued)
    else:
        load_world(continued)
    return str(continued)


def _new_log(name: str) -> Path:
    """Return a name for the log of a session that starts now."""
    stamp = datetime.now(UTC)
    subject = Path(name).stem
    return SESSIONS / f"{stamp:%Y%m%dT%H%M%S%f}Z-{subject}.jsonl"


def _end(screens: Screens, log: SessionLog | None) -> None:
    """Close the log, and print its path."""
    if log is None:
        return
    with suppress(SessionWriteError):  # the log reports its own failure
        screens.close()
    if log.failure is None and not log.is_empty:
        word = typed(log.path)
        sys.stderr.write(
            f"Session log: {word}  (replay it with: spacewheat replay {word})\n"
        )
