"""The Bloch projections of a bath on all planted axes."""

from __future__ import annotations

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.world.commands import PlotId
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.axis import AxisProjection, project


def projections(
    world: World, name: str, state: ComplexArray | None = None
) -> dict[PlotId, AxisProjection]:
    """Return the projection on each axis of a biome's plots, in order of planting.

    They are those of :meth:`QuantumBath.project_onto_axis`; of levels the state, which
    a bath of a world copies out of its batch, is read once for all of them, unless the
    caller has it.
    """
    bath = world.baths[name]
    plots = {key: plot for key, plot in world.plots.items() if plot.biome == name}
    if not plots or bath.operators.qubits:
        return {
            key: bath.project_onto_axis(plot.north, plot.south)
            for key, plot in plots.items()
        }
    whole = bath.state if state is None else state
    poles = {k: axis_poles(bath.operators, p.north, p.south) for k, p in plots.items()}
    return {key: _projected(whole, n, s) for key, (n, s) in poles.items()}


def _projected(state: ComplexArray, n: int, s: int) -> AxisProjection:
    if state.ndim == 1:
        return project(*states.ket_block(complex(state[n]), complex(state[s])))
    return project(state[n, n].real.item(), state[s, s].real.item(), state[n, s].item())
