"""Which checks there are, and which of them a bath undergoes."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import density_checks
import ensemble_checks
import extreme_checks
import numpy as np
import register_checks
import spec_checks
import steady_checks
import trajectory_checks
import world_checks
from driven_reference import TooDearError
from generated_bath import GeneratedBath
from verdicts import (
    FaultError,
    Ledger,
    LeftOutError,
    RefusalError,
    Verdict,
    plain_reason,
)

Check = Callable[[GeneratedBath, Ledger], None]

CHECKS: dict[str, Check] = {
    "master evolve": density_checks.check_evolve,
    "master record": density_checks.check_record,
    "master batch": density_checks.check_batch,
    "trajectory evolve": trajectory_checks.check_evolve,
    "trajectory record": trajectory_checks.check_record,
    "trajectory batch": trajectory_checks.check_batch,
    "ensemble": ensemble_checks.check_ensemble,
    "steady state": steady_checks.check_steady,
    "world": world_checks.check_world,
    "spec": spec_checks.check_spec,
    "extremes": extreme_checks.check_extremes,
    "register master": register_checks.check_master,
    "register trajectory": register_checks.check_trajectory,
    "register ensemble": register_checks.check_ensemble,
    "register steady state": register_checks.check_steady,
}
# How often each is drawn, relative to the others.
WEIGHTS = np.array([3, 4, 2, 3, 4, 2, 3, 4, 2, 2, 3, 3, 3, 2, 2], dtype=float)
PER_BATH = 2


def chosen_checks(case: GeneratedBath) -> list[str]:
    """Return the checks that a bath undergoes, in order."""
    rng = case.rng("checks")
    names = list(CHECKS)
    order = rng.choice(len(names), PER_BATH, replace=False, p=WEIGHTS / WEIGHTS.sum())
    return [names[k] for k in order]


def run_check(
    name: str, case: GeneratedBath, tell: Callable[[str], None] = lambda _: None
) -> list[Verdict]:
    """Return the verdicts of one check on one bath; ``tell`` hears what is going on."""
    ledger = Ledger(name, tell=tell)
    try:
        CHECKS[name](case, ledger)
    except RefusalError as refusal:
        ledger.add("refused", plain_reason(str(refusal)), detail=str(refusal)[:300])
    except FaultError as fault:
        ledger.add("WRONG", fault.kind, detail=fault.detail[:300])
    except (LeftOutError, TooDearError) as why:
        ledger.add("left out", str(why) or "the reference takes too long")
    except Exception:  # the fuzzer's own mistake must not pass for a verdict
        ledger.add("WRONG", "the fuzzer broke", detail=traceback.format_exc()[-600:])
    return ledger.verdicts
