"""Figures of solved chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spacewheat_sim.lab.tfim.costs import fermion_seconds
from spacewheat_sim.lab.tfim.solutions import Solved

if TYPE_CHECKING:
    from spacewheat_sim.lab.sampled_lines import SampledLine
    from spacewheat_sim.quantum.tfim.central_charge import EntropyGrowth
    from spacewheat_sim.quantum.tfim.chain import Chain

# Estimated seconds for the line of a figure.
LINE_SECONDS = 2.0
FEWEST_LINE_POINTS, MOST_LINE_POINTS = 25, 241


def figures_of(
    point: Solved,
    g_scan: Sequence[Solved],
    L_scan: Sequence[Solved],
    growth: EntropyGrowth | None,
) -> Mapping[str, Any]:
    """Return the figures by name, each yet to be drawn."""
    from spacewheat_sim.lab.figures.tfim import chain, scan

    exact = point.exact.entropies if point.exact else None
    fields = [(s.chain, s.found.entropy_half_chain) for s in g_scan]
    figures = {
        "entropy_vs_cut": lambda: chain.entropy_profile_figure(
            point.chain, point.found.entropies, exact, point.exact_method
        ),
        "entropy_vs_g": lambda: scan.entropy_scan_figure(
            fields,
            (point.chain, point.found.entropy_half_chain),
            scan_line([solved.chain for solved in g_scan]),
        ),
        "spectrum": lambda: scan.spectrum_figure(
            point.chain, [solved.chain.g for solved in g_scan]
        ),
    }
    if growth is not None:
        lengths = [(s.chain.L, s.found.entropy_half_chain) for s in L_scan]
        figures["entropy_vs_L"] = lambda: chain.entropy_growth_figure(lengths, growth)
    return figures


def scan_line(chains: Sequence[Chain]) -> SampledLine | None:
    """Return the half-chain entropy between the points of a scan, against g/J.

    Uses free fermions; None if they take too long, or if the scan is one point.
    """
    from spacewheat_sim.lab.figures.tfim.axes import along, field_at, is_wide
    from spacewheat_sim.lab.sampled_lines import SampledLine, sampled_lines
    from spacewheat_sim.quantum.tfim.chain import Chain
    from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions

    first = chains[0]
    ratios = [chain.g / chain.J for chain in chains]
    low, high = min(ratios), max(ratios)
    most = int(LINE_SECONDS / fermion_seconds(first.L))
    if low == high or most < FEWEST_LINE_POINTS:
        return None

    def entropy(ratio: float) -> dict[str, float | None]:
        chain = Chain(first.L, 1.0, ratio, first.boundary)
        return {"entropy": solve_free_fermions(chain).entropy_half_chain}

    most = min(most, MOST_LINE_POINTS)
    if not is_wide(ratios):
        return sampled_lines(entropy, low, high, most=most)["entropy"]
    line = sampled_lines(
        lambda x: entropy(field_at(x)), along(low), along(high), most=most
    )["entropy"]
    return SampledLine([field_at(x) for x in line.x], line.y, line.joined)
