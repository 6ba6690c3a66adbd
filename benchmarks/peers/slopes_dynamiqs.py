"""All slopes of a population at a time, by jax's grad of dynamiqs' mesolve."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from serve import Answers, Arrays, serve, timed

# Each solver with the coarsest of these whose slopes are as right as is asked for.
TOLERANCES = (1e-7, 1e-8, 1e-9)


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time the fastest of the solvers, compiled before.

    The gradient is by H, real and imaginary part, by all rates and by all amplitudes.
    """
    import dynamiqs as dq
    import jax

    dq.set_device("cpu")
    dq.set_precision("double")
    dq.set_layout("dense")
    given = tuple(
        jax.numpy.asarray(part)
        for part in (
            arrays["hamiltonian"].real,
            arrays["hamiltonian"].imag,
            arrays["jumps"][:, 2],
            arrays["drivers"][:, 1],
        )
    )
    found = []
    for solver in (dq.method.Tsit5, dq.method.Dopri8):
        for tolerance in TOLERANCES:
            method = solver(rtol=tolerance, atol=tolerance)
            run = partial(_finished, _compiled(options, arrays, method), given)
            result = run()
            error = float(np.abs(result - arrays["slopes"]).max())
            if error <= options["error"]:
                note = f"{solver.__name__}, tolerance {tolerance:g}"
                found.append((timed(run, 1)[0], note, run, error))
                break
    _, note, run, error = min(found, key=lambda entry: entry[0])
    yield {
        "by": options["by"],
        "seconds": timed(run, options["repeats"]),
        "result": error,
        "note": note,
    }


def _compiled(
    options: dict[str, Any], arrays: Arrays, method: Any
) -> Callable[..., Any]:
    """Return the gradient in one compiled function, whose steps are all kept."""
    import dynamiqs as dq
    import jax

    start = dq.asqarray(arrays["start"])
    n = start.shape[0]
    sources, targets = arrays["jumps"][:, :2].T.astype(int)
    times = np.array([0.0, options["time"]])

    def population(re: Any, im: Any, rates: Any, amplitudes: Any) -> Any:
        hamiltonian = dq.asqarray(re + 1j * im)
        for row, (state, _, frequency, phase) in enumerate(arrays["drivers"]):
            wave = partial(_cosine, amplitudes[row], 2 * np.pi * frequency, phase)
            hamiltonian = hamiltonian + dq.modulated(
                wave, dq.asqarray(_unit(n, int(state), int(state)))
            )
        jumps = [
            jax.numpy.sqrt(rates[k]) * dq.asqarray(_unit(n, targets[k], sources[k]))
            for k in range(sources.size)
        ]
        result = dq.mesolve(
            hamiltonian,
            jumps,
            start,
            times,
            method=method,
            gradient=dq.gradient.BackwardCheckpointed(options["checkpoints"]),
            progress_meter=False,
        )
        return result.final_state.to_jax()[options["state"], options["state"]].real

    return jax.jit(jax.grad(population, argnums=(0, 1, 2, 3)))


def _unit(n: int, row: int, column: int) -> np.ndarray:
    found = np.zeros((n, n), dtype=complex)
    found[row, column] = 1.0
    return found


def _cosine(amplitude: Any, omega: float, phase: float, time: Any) -> Any:
    import jax

    return amplitude * jax.numpy.cos(omega * time + phase)


def _finished(compiled: Callable[..., Any], given: tuple[Any, ...]) -> np.ndarray:
    """Return the slopes by all entries of H, the rates and the amplitudes, (M,)."""
    re, im, rates, amplitudes = (np.asarray(part) for part in compiled(*given))
    # Of a Hermitian H the derivatives by [i, j] and [j, i] come as one.
    whole = (re + re.T) / 2 + 1j * (im - im.T) / 2
    return np.concatenate(
        (whole.real.ravel(), whole.imag.ravel(), rates.ravel(), amplitudes.ravel())
    )


if __name__ == "__main__":
    serve(solve)
