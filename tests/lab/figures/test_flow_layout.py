"""Flow graphs: nodes apart, strong flows short, arrows clear of other nodes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacewheat_sim.lab.figures.biome.circular_order import circular_order
from spacewheat_sim.lab.figures.biome.flow_graph import Flow, FlowScale, lay_out_flows
from spacewheat_sim.lab.figures.biome.ribbon import ribbon

ROOM = (248.0, 201.0)


def length(weights, order):
    place = np.argsort(order)
    apart = np.abs(place[:, None] - place[None, :])
    return float((weights * np.minimum(apart, len(order) - apart)).sum())


@given(count=st.integers(1, 12), seed=st.integers(0, 99))
@settings(deadline=None)
def test_the_order_is_a_permutation_that_no_swap_shortens(count, seed):
    weights = np.random.default_rng(seed).exponential(size=(count, count))
    weights = weights + weights.T
    np.fill_diagonal(weights, 0.0)
    order = circular_order(weights)
    assert sorted(order) == list(range(count))
    for i in range(count):
        for j in range(i):
            other = order.copy()
            other[[i, j]] = other[[j, i]]
            assert length(weights, other) >= length(weights, order) - 1e-6


def test_a_ring_in_disorder_is_found_again():
    shuffled = np.random.default_rng(0).permutation(8)
    weights = np.zeros((8, 8))
    for a, b in zip(shuffled, np.roll(shuffled, 1), strict=True):
        weights[a, b] = weights[b, a] = 1.0
    assert length(weights, circular_order(weights)) < length(weights, np.arange(8))


def graph_of(count, seed=0):
    rng = np.random.default_rng(seed)
    names = [f"n{i}" for i in range(count)]
    pairs = {tuple(rng.integers(0, count, 2)) for _ in range(2 * count)}
    flows = [Flow(names[a], names[b], float(rng.exponential())) for a, b in pairs]
    scale = FlowScale.fitting(count, ROOM)
    return lay_out_flows(names, flows, rng.dirichlet(np.ones(count)), scale), flows


@pytest.mark.parametrize("count", [1, 2, 3, 6, 22, 60])
def test_nodes_do_not_overlap_and_stay_in_the_room(count):
    graph, _ = graph_of(count)
    apart = np.linalg.norm(graph.centers[:, None] - graph.centers[None], axis=-1)
    touching = graph.radii[:, None] + graph.radii[None]
    off = ~np.eye(count, dtype=bool)
    assert np.all(apart[off] > touching[off])
    assert np.all(np.abs(graph.centers) + graph.radii[:, None] < ROOM)


@pytest.mark.parametrize("count", [1, 2, 6, 22, 60])
def test_arrows_stay_in_the_room_and_off_their_own_nodes(count):
    graph, flows = graph_of(count)
    for flow, outline in zip(flows, graph.arrows, strict=True):
        assert np.all(np.isfinite(outline))
        assert np.all(np.abs(outline) < ROOM)
        if flow.source != flow.target:
            target = int(flow.target[1:])
            to_target = np.linalg.norm(outline - graph.centers[target], axis=1)
            assert to_target.min() > 0.9 * graph.radii[target]


def test_the_shaft_is_as_wide_as_asked_for():
    line = np.array([[0.0, 0.0], [100.0, 0.0]])
    outline = ribbon(line, 6.0)
    shaft = outline[outline[:, 0] < 50]
    assert np.ptp(shaft[:, 1]) == pytest.approx(6.0)
    assert outline[:, 0].max() == pytest.approx(100.0)
