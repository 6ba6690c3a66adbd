"""Parameters of a central spin in a bath of spins, and the bath that they describe."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from spacewheat_sim.lab.experiment import Parameters, Streams

if TYPE_CHECKING:
    from spacewheat_sim.quantum.spin_bath.model import SpinBath

LARGEST_STATE_VECTOR = 20

Method = Literal["product", "state_vector"]


class DecoherenceParameters(Parameters):
    """The environment, its couplings, and the duration."""

    n_env: int = Field(10, ge=1, le=100_000, description="environment spins")
    coupling: float = Field(
        0.4, ge=-1000, le=1000, description="coupling g of the central spin, rad/s"
    )
    coupling_spread: float = Field(
        0.0,
        ge=0,
        le=1,
        description="s: g_k = g (1 + s u_k), u_k drawn from [-1, 1]; 0 is all equal",
    )
    h_env: float = Field(
        0.0, ge=-1000, le=1000, description="field h on the environment, rad/s"
    )
    J_env: float = Field(
        0.0, ge=-1000, le=1000, description="coupling of environment neighbors, rad/s"
    )
    env_state: Literal["plus", "random"] = Field(
        "plus",
        description="initial environment: all spins in |+>, or a random product state",
    )
    t_max: float = Field(10.0, gt=0, le=1_000_000, description="last time, s")
    n_steps: int = Field(
        200,
        ge=1,
        le=100_000,
        description="intervals from 0 to t_max; the table has one row more",
    )
    method: Literal["auto", "product", "state_vector"] = Field(
        "auto", description="auto takes product unless J_env is set"
    )

    @property
    def resolved_method(self) -> Method:
        """The method, with ``auto`` resolved."""
        if self.method == "auto":
            return "state_vector" if self.J_env else "product"
        return self.method

    @model_validator(mode="after")
    def _method_fits(self) -> Self:
        if self.resolved_method == "product":
            if self.J_env:
                raise ValueError(
                    "--method product cannot be used with --J_env "
                    f"{self.J_env:g}: the environment spins must not interact; "
                    "allowed: --method state_vector, or --J_env 0"
                )
        elif self.n_env > LARGEST_STATE_VECTOR:
            dimension = 2.0**self.n_env if self.n_env < 1000 else math.inf
            raise ValueError(
                f"--n_env cannot be {self.n_env} with the state vector: dimension "
                f"2^{self.n_env}, {2 * 16 * dimension / 2**30:.3g} GiB for the two "
                f"branches alone; allowed: ≤ {LARGEST_STATE_VECTOR}, or --J_env 0 with "
                "--method product"
            )
        return self


def bath_of(parameters: DecoherenceParameters, streams: Streams) -> SpinBath:
    """Return the bath, its random numbers drawn from streams of their own."""
    from spacewheat_sim.quantum.spin_bath.model import random_spinors, spin_bath

    n = parameters.n_env
    u = streams.get("couplings").uniform(-1.0, 1.0, n)
    random = parameters.env_state == "random"
    return spin_bath(
        parameters.coupling * (1.0 + parameters.coupling_spread * u),
        field=parameters.h_env,
        chain=parameters.J_env,
        spinors=random_spinors(n, streams.get("environment")) if random else None,
    )
