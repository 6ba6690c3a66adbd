"""How many steady states there are is said rightly, coherences included."""

from __future__ import annotations

import numpy as np
import pytest
from rational_steady import stationary
from steady_baths import bath_of, couplings

from spacewheat_sim import SpacewheatError


def claimed(h: object, jumps: list[tuple[int, int, float]]) -> int:
    """The number in the error, which is checked against rational arithmetic."""
    bath = bath_of(h, jumps)
    before = bath.state.tobytes(), bath.time
    with pytest.raises(SpacewheatError, match="no unique steady state") as error:
        bath.steady_state()
    assert (bath.state.tobytes(), bath.time) == before
    words = str(error.value).split()
    count = int(words[words.index("independent") - 1])
    if len(np.asarray(h)) < 6:
        assert count == stationary(h, jumps)[0]
    return count


@pytest.mark.parametrize("n", [2, 3, 5])
def test_without_energies_or_jumps_every_operator_is_steady(n: int) -> None:
    assert claimed(np.zeros((n, n)), []) == n**2


def test_two_absorbing_states_of_equal_energy_keep_their_coherences() -> None:
    jumps = [(0, 1, 1.0), (0, 2, 1.0)]
    assert claimed(np.zeros((3, 3)), jumps) == 4
    assert claimed(np.diag([0, 0, 1e-9]), jumps) == 2
    assert claimed(np.diag([0, 1e9, 1e9]), jumps) == 4


def test_states_of_one_energy_count_with_their_square() -> None:
    assert claimed(np.diag([1.0, 1.0, 1.0, 2.0, 2.0]), []) == 9 + 4


def test_equal_energies_of_coupled_states_count_too() -> None:
    # Each pair has the energies ±1; the ring of 300 all but two twice.
    assert claimed(couplings(4, (0, 1, 1.0), (2, 3, 1j)), []) == 8
    ring = couplings(300, *[(i, (i + 1) % 300, 0.5) for i in range(300)])
    assert claimed(ring, []) == 149 * 4 + 2


def test_exchange_that_jumps_do_not_connect_counts_once_for_each_part() -> None:
    jumps = [(0, 1, 1.0), (1, 0, 1e-9), (2, 3, 1e9), (3, 2, 1.0)]
    assert claimed(np.zeros((4, 4)), jumps) == 2


def test_dephasing_leaves_each_population_to_itself() -> None:
    assert claimed(np.zeros((3, 3)), [(i, i, 0.5) for i in range(3)]) == 3


def test_dark_superpositions_count_like_states() -> None:
    # Four lower states, each coupled to one that decays: three superpositions are not.
    h = couplings(5, *[(0, i, 0.3) for i in range(1, 5)])
    jumps = [(0, i, 0.1) for i in range(1, 5)]
    assert claimed(h, jumps) == 9
    assert claimed(h + np.diag([0, 1, 1, 1, 0]), jumps) == 4


def test_paths_that_cancel_leave_a_second_end() -> None:
    # Two paths of opposite signs lead from 0 to 3, so that dephasing sees either alone.
    h = couplings(4, (0, 1, 0.3), (0, 2, 0.7), (1, 3, 0.7), (2, 3, -0.3))
    jumps = [(0, 0, 0.2), (3, 3, 0.1)]
    assert claimed(h, jumps) == 2
    h[2, 3] = h[3, 2] = -0.3 * (1 + 1e-15)
    assert bath_of(h, jumps).steady_state() == pytest.approx(np.eye(4) / 4, abs=1e-13)


@pytest.mark.parametrize("tiny", [1e-9, 1e-100])
def test_the_smallest_way_out_makes_one_of_two(tiny: float) -> None:
    jumps = [(0, 1, 1.0), (1, 0, 1.0), (2, 3, 1.0), (3, 2, 1.0)]
    assert claimed(np.zeros((4, 4)), jumps) == 2
    found = bath_of(np.zeros((4, 4)), [*jumps, (0, 2, tiny)]).steady_state()
    assert found.diagonal().real == pytest.approx([0, 0, 0.5, 0.5], abs=1e-15)
    back = bath_of(np.zeros((4, 4)), [*jumps, (0, 2, tiny), (3, 1, 3 * tiny)])
    assert back.steady_state().diagonal().real == pytest.approx(
        [0.375, 0.375, 0.125, 0.125], rel=1e-14 + 10 * tiny
    )


def test_a_dark_state_within_what_jumps_leave_counts() -> None:
    # (|1⟩ − |2⟩)/√2 never decays, and 3 is never left: two ends.
    h = couplings(4, (0, 1, 0.5), (0, 2, 0.5))
    assert claimed(h, [(0, 3, 1.0)]) == 4
    assert claimed(h + np.diag([0, 0, 0, 1]), [(0, 3, 1.0)]) == 2
    assert claimed(h, [(0, 3, 1.0), (3, 3, 0.1)]) == 2
    rho = bath_of(h, [(0, 3, 1.0), (3, 1, 0.1)]).steady_state()
    dark = np.array([0, 1, -1, 0]) / np.sqrt(2)
    assert np.abs(rho - np.outer(dark, dark)).max() < 1e-15


def test_a_dark_state_of_uneven_couplings_keeps_its_digits() -> None:
    # Of the couplings a, b the dark state is (b|1⟩ − a*|2⟩) up to its norm.
    a, b = 1e-9, 0.3j
    rho = bath_of(
        couplings(3, (0, 1, a), (0, 2, b)) + 1e6 * np.eye(3),
        [(0, 1, 0.4), (0, 2, 0.4)],
    ).steady_state()
    dark = np.array([0, b, -a]) / abs(b)
    assert np.abs(rho - np.outer(dark, dark.conj())).max() < 1e-15
    assert rho[2, 2].real == pytest.approx(a**2 / 0.09, rel=1e-14)


def test_the_dark_state_of_many_connected_states_is_found() -> None:
    # All of 60 states but the last two leak into them; those share one dark state.
    n = 60
    h = couplings(
        n, *[(i, i + 1, 0.4) for i in range(n - 3)], (0, 58, 0.3), (0, 59, 0.6)
    )
    rho = bath_of(h, [(i, 59, 0.5) for i in range(n - 2)]).steady_state()
    dark = np.zeros(n)
    dark[58:] = np.array([2, -1]) / np.sqrt(5)
    assert np.abs(rho - np.outer(dark, dark)).max() < 1e-12
