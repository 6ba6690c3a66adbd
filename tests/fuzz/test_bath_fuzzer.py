"""Random baths agree with the reference, and the fuzzer sees what does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import product_calls
import pytest
import register_checks
from checks import CHECKS, chosen_checks, run_check
from families import FAMILIES
from generated_bath import GeneratedBath, generated_bath
from generated_register import GeneratedRegister
from plain_bath import PlainBath, Schedule
from register_reference import NAMES, RegisterTerms
from report import Report
from workers import Worker, run_baths

# So many that each family and each check occurs dozens of times.
BATHS = 200


@pytest.mark.slow
def test_random_baths_agree_with_the_reference():
    report = Report(run_baths(0, list(range(BATHS)), alarm=60.0, only=[]))

    assert not report.failed, report.text(0)


def test_every_family_and_every_check_is_drawn():
    cases = [generated_bath(0, index) for index in range(BATHS)]

    assert {case.family for case in cases} == set(FAMILIES)
    assert {check for case in cases for check in chosen_checks(case)} == set(CHECKS)


def gentle_case() -> GeneratedBath:
    """Return a bath in which all rates matter."""
    h = np.array([[0.3, 0.5, 0.2j], [0.5, -0.4, 0.3], [-0.2j, 0.3, 0.1]])
    jumps = ((0, 1, 0.3), (1, 2, 0.5), (2, 0, 0.2), (2, 2, 0.1))
    schedule = Schedule(0.125, 24, 3)
    ket = np.array([1.0, 0.0, 0.0], complex)
    bath = PlainBath(h, jumps)
    return GeneratedBath(0, 0, "moderate", bath, ket, 0, schedule, 1e-9, ())


@pytest.mark.parametrize(
    "check",
    ["master evolve", "master record", "master batch", "trajectory evolve",
     "trajectory record", "trajectory batch", "ensemble", "steady state"],
)  # fmt: skip
def test_a_rate_that_is_a_millionth_off_is_found(check, monkeypatch):
    case = gentle_case()
    honest = product_calls.operators

    def slightly_wrong(bath: PlainBath):
        jumps = tuple((s, t, rate * (1 + 1e-6)) for s, t, rate in bath.jumps)
        return honest(replace(bath, jumps=jumps))

    before = run_check(check, case)
    monkeypatch.setattr(product_calls, "operators", slightly_wrong)
    for name in ("density_checks", "trajectory_checks", "ensemble_checks"):
        monkeypatch.setattr(f"{name}.operators", slightly_wrong)
    after = run_check(check, case)

    assert {verdict.status for verdict in before} == {"right"}
    assert "WRONG" in {verdict.status for verdict in after}


@pytest.mark.parametrize(
    ("check", "share"),
    [("master", 1e-6), ("trajectory", 1e-4), ("ensemble", 9.0), ("steady state", 1e-6)],
)
def test_a_gated_rate_of_a_register_that_is_off_is_found(check, share, monkeypatch):
    jumps = [("☀", "🌙", 0.3), ("🌙", "☀", 0.2), ("🌾", "🍄", 0.5, {"when": "☀"}),
             ("🍄", "🌾", 0.4)]  # fmt: skip
    ket = np.array([0.0, 0.0, 1.0, 0.0], complex)
    terms = RegisterTerms(NAMES[:2], couplings=[("☀", "🌾", 0.3)], jumps=jumps)
    register = GeneratedRegister(terms, (), ket, Schedule(0.125, 96, 3), 1e-9)
    wrong = [*jumps[:2], ("🌾", "🍄", 0.5 * (1 + share), {"when": "☀"}), jumps[3]]
    off = replace(register, terms=replace(terms, jumps=wrong)).operators()
    monkeypatch.setattr(register_checks, "generated_register", lambda _case: register)

    before = run_check(f"register {check}", gentle_case())
    monkeypatch.setattr(GeneratedRegister, "operators", lambda _self: off)
    after = run_check(f"register {check}", gentle_case())

    assert {verdict.status for verdict in before} == {"right"}
    assert "WRONG" in {verdict.status for verdict in after}


def test_a_check_that_does_not_end_is_killed_and_the_next_one_runs():
    worker = Worker(alarm=1e-4)
    try:
        verdicts, _ = worker.run(0, 0, "master record")
        assert [verdict.kind for verdict in verdicts] == ["hang"]
    finally:
        worker.close()
