"""A scene of the lab as a session log has it: its scenario, and its state."""

from __future__ import annotations

import json
from collections.abc import Sequence

from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.engine.session.scene import (
    MARK,
    Restart,
    SceneCommand,
    SetParameter,
)
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.snapshot import SnapshotError
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import canonical_json, digest
from spacewheat_sim.sandbox.lab.decoherence_state import DecoherenceState
from spacewheat_sim.sandbox.lab.ising_state import IsingState
from spacewheat_sim.sandbox.lab.state import SceneState
from spacewheat_sim.sandbox.lab.tfim_state import TfimState

STATES: dict[str, type[SceneState]] = {
    "ising_2d": IsingState,
    "decoherence_spin_bath": DecoherenceState,
    "tfim_entanglement": TfimState,
}


class RecordedScene:
    """A scene: what it began with, and its state after its ticks and commands.

    Args:
        scenario: Its experiment is one of :data:`STATES`.
        seed: Root seed.

    Attributes:
        scenario: As given.
        state: The state, for reading.
        tick_count: Ticks that it has done, over all restarts.
        refusal: Why the last command was refused, or "".
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.state = STATES[scenario.experiment].of(scenario, seed)
        self.tick_count = 0
        self.refusal = ""

    def tick(self) -> tuple[WorldEvent, ...]:
        """Step by one tick."""
        self.state.tick()
        self.tick_count += 1
        return ()

    def obey(self, commands: Sequence[SceneCommand]) -> tuple[WorldEvent, ...]:
        """Obey commands, in order; one that is refused changes nothing."""
        for command in commands:
            self.refusal = ""
            try:
                if isinstance(command, Restart):
                    self.state.restart(command.seed)
                elif isinstance(command, SetParameter):
                    self.state.set(command.name, command.value)
            except ArgumentError as error:
                self.refusal = str(error)
        return ()

    def snapshot(self) -> bytes:
        """Return all of it as canonical JSON that begins with :data:`MARK`."""
        document = self._document()
        return canonical_json(
            {"about": "scene", "digest": _digest(document), **document}
        ).encode()

    def digest(self) -> str:
        """Return the SHA-256 of what its history depends on."""
        return _digest(self._document())

    # --- inside -------------------------------------------------------------------

    def _document(self) -> dict[str, object]:
        return {
            "scenario": self.scenario.model_dump(mode="json", by_alias=True),
            "seed": self.state.seed,
            "state": self.state.document(),
            "tick": self.tick_count,
        }


def open_recorded(data: bytes) -> RecordedScene:
    """Return the scene of a snapshot.

    Raises:
        SnapshotError: the snapshot is damaged, or is none of a scene.
    """
    try:
        document = json.loads(data)
        told = {k: v for k, v in document.items() if k not in ("about", "digest")}
        if not data.startswith(MARK) or _digest(told) != document["digest"]:
            raise SnapshotError("The snapshot of the scene was altered")
        scene = RecordedScene(
            Scenario.model_validate(document["scenario"]), document["seed"]
        )
        scene.state.put_back(document["state"])
        scene.tick_count = int(document["tick"])
        # What was read must be what was written, field for field.
        if scene.digest() != document["digest"]:
            raise SnapshotError("The snapshot holds more or less than a scene")
    except SnapshotError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as e:
        raise SnapshotError(
            f"The snapshot does not hold a whole scene: {type(e).__name__}: {e}"
        ) from None
    except RecursionError:
        raise SnapshotError("The snapshot does not hold a whole scene") from None
    return scene


def is_scene(data: bytes) -> bool:
    """Whether ``data`` is the snapshot of a scene."""
    return data.startswith(MARK)


def _digest(document: dict[str, object]) -> str:
    return digest(canonical_json(document))
