"""How long commands take to end once Ctrl-C is pressed, in time of the processor.

Each is a process of its own that is interrupted at a random moment of its work. What
it then takes is its processor time until it has ended, which the load of the machine
hardly changes; the time on the wall is told beside it.

    python tests/faults/answers.py [--times N] [--seed N] [--only WORD]
"""

from __future__ import annotations

import argparse
import math
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

LONGEST = 0.5  # s that an answer may take
PATIENCE = 60.0  # s until a process that does not answer is killed
STARTED = 1.0  # s of the processor after which a command is at work
LATEST = 4.0  # s of the processor before which all are interrupted
COLD, LATEST_COLD = "compiling", 20.0  # the same of commands with no compiled loops yet
EMOJIS = (
    "🐇🐺🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆🦅🦉🦇🐗🐴🦄🐝🐛🦋🐌🐞🐜🦂🐢🐍🦎🦖🦕🐙🦑🦐🦞🦀"
)

ISING = "lab run ising_2d --seed 0 --no-figures --Lx {0} --Ly {0} --T 2.3"
COMMANDS = {
    **{
        f"Monte Carlo {side}², {algorithm}": ISING.format(side)
        + f" --method monte_carlo --sweeps 1000000 --algorithm {algorithm}"
        for side in (64, 1024, 16384)
        for algorithm in ("metropolis", "swendsen_wang", "wolff")
    },
    "parallel tempering 64²": ISING.format(64)
    + " --J -1 --h 0.5 --method monte_carlo --algorithm parallel_tempering"
    " --sweeps 1000000",
    "enumeration 6 × 6": ISING.format(6) + " --method enumeration",
    "transfer matrix 12 × 12": "lab run ising_2d --seed 0 --no-figures --Lx 12 --Ly 12"
    " --h 0.1 --method transfer_matrix --T_grid 1 4 400",
    "ring, all methods": "lab run ising_1d --seed 0 --no-figures --L 24 --T_grid 0.5 4"
    " 200 --sweeps 1000000",
    "TRG χ = 64": "lab run trg_convergence --seed 0 --no-figures --chi_grid 56 64 2",
    "TRG χ = 64 on a torus": ISING.format(256) + " --method trg --chi_max 64",
    "bond-weighted TRG χ = 48": ISING.format(256)
    + " --h 0.1 --method trg --chi_max 48 --scheme bond_weighted",
    "block spins 64²": "lab run blockspin_rg_ising --seed 0 --no-figures --L 64"
    " --sweeps 1000000",
    "block spins 1024²": "lab run blockspin_rg_ising --seed 0 --no-figures --L 1024"
    " --sweeps 100000",
    "block spins of a ring": "lab run blockspin_rg_ising --seed 0 --no-figures"
    " --dimension 1 --L 64 --method monte_carlo --sweeps 1000000",
    "quantum chain 4,096": "lab run tfim_entanglement --seed 0 --no-figures --L 4096",
    "quantum chain 22, Lanczos": "lab run tfim_entanglement --seed 0 --no-figures"
    " --L 22 --method ed",
    "quantum chains, two scans": "lab run tfim_entanglement --seed 0 --no-figures"
    " --L 1024 --g_grid 0.5 1.5 100 --L_scan 64 1024 20",
    "decoherence, 100,000 spins": "lab run decoherence_spin_bath --seed 0 --no-figures"
    " --n_env 100000 --h_env 0.3 --coupling_spread 0.5 --n_steps 100000 --t_max 1000",
    "decoherence, interacting spins": "lab run decoherence_spin_bath --seed 0"
    " --no-figures --n_env 16 --h_env 0.3 --J_env 0.2 --t_max 100000 --n_steps 1000",
    "counting statistics": "lab run counting_statistics --seed 0 --no-figures"
    " --dephasing_grid 0 4 500 --duration 1000 --trajectories 2",
    "zeno": "lab run zeno --seed 0 --no-figures --most_looks 4096 --trajectories"
    " 10000000",
    "unravelling": "lab run bath_unravelling --seed 0 --no-figures --duration 1000"
    " --dt_grid 0.0001 1 7 --trajectories 2",
    "simulate, master": "simulate dense.yaml --seed 0 --no-figures --method master"
    " --duration 1e6",
    "simulate, trajectory": "simulate forest --seed 0 --no-figures --duration 1e7",
    "figures of a history": "simulate forest --seed 0 --duration 2000",
    "figures of a lattice": "lab run ising_2d --seed 0 --T_grid 0.5 5 3000"
    " --method exact",
    "next jump": "ask dense.yaml next",
    "passage": "ask dense.yaml passage 🐺",
    "counting": "ask dense.yaml counting 🐇→🐺",
    "modes": "ask dense.yaml modes",
    "twin": "ask dense.yaml twin",
    "sensitivities": "ask dense.yaml sensitivities '{steady: 🐺}'",
    "sensitivities later": "ask dense.yaml sensitivities '{population: 🐺, at: 60}'",
    "tune": "tune dense.yaml --free '*.*' --claim '{steady: 🐺, value: {at_least: "
    "0.5}}'",
    "learn": "learn forest history/events.jsonl --free 🐺.transfers_from.🐇",
    "sweep": "sweep forest --set 🐺.transfers_from.🐇=0:1:1000 --seed 0"
    " --measure '{population: 🐺, over: [0, 60], mean: }'",
    "sweep of histories": "sweep forest --set 🐺.transfers_from.🐇=0:1:100 --seeds 100"
    " --seed 0 --measure '{population: 🐺, over: [0, 600], mean: }'",
    "sweep on two processes": "sweep forest --set 🐺.transfers_from.🐇=0:1:1000"
    " --seeds 100 --seed 0 --measure '{population: 🐺, over: [0, 60], mean: }'"
    " --executor processes:2",
    "sweep of an experiment": "lab sweep ising_2d --T 1:4:1000 --Lx 32 --seed 0",
    "challenge, waiting": "challenge run first_harvest --episodes 1000000",
    "challenge, greedy": "challenge run first_harvest --policy greedy --episodes"
    " 100000",
    "challenge, optimum": "challenge run first_harvest --policy optimum --episodes"
    " 100000",
    "content check": "content check many",
    "content check of claims": "content check --claims",
    "content report": "content report dense.yaml",
    "content report, few emojis": "content report forest",
    "content diff": "content diff dense.yaml denser.yaml",
    f"{COLD} for an ensemble": "simulate forest_small --seed 0 --no-figures"
    " --trajectories 50",
    f"{COLD} for a history": "simulate qubit_farm --seed 0 --no-figures",
    f"{COLD} for a density matrix": "simulate forest_small --seed 0 --no-figures"
    " --method master",
    f"{COLD} for a lattice": ISING.format(64) + " --method monte_carlo",
    f"{COLD} for a challenge": "challenge run first_harvest --episodes 1000",
    "report": "lab report bundles",
    "replay": "replay long.jsonl",
}


@dataclass(frozen=True)
class Answer:
    """What came of a Ctrl-C.

    Attributes:
        worked: Seconds of the processor before it.
        took: Seconds of the processor from it to the end.
        waited: The same on the wall.
        code: The exit code, negative where a signal ended the process.
        errors: What it wrote to standard error.
    """

    worked: float
    took: float
    waited: float
    code: int
    errors: str

    @property
    def is_fine(self) -> bool:
        """Whether it came in time and as documented."""
        said = "Traceback" not in self.errors and "defect" not in self.errors
        return self.took <= LONGEST and self.code in (0, 130) and said


def ask(
    words: list[str], folder: Path, moment: float, *, cold: bool = False
) -> Answer | None:
    """Interrupt a command after ``moment`` seconds of work; None if it ended before.

    A ``cold`` one finds no compiled loops.
    """
    command = [sys.executable, "-m", "spacewheat_sim", *words]
    with TemporaryDirectory() as cache, (folder / "errors").open("w+b") as errors:
        begin = _children()
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, "NUMBA_CACHE_DIR": cache} if cold else None,
        )
        while process.poll() is None and _spent(process.pid) < STARTED + moment:
            time.sleep(0.002)
        worked, asked = _spent(process.pid), time.monotonic()
        if process.poll() is not None:
            return None
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        waited = time.monotonic() - asked
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    took = _children() - begin - worked
    return Answer(worked, took, waited, process.returncode, said)


def _spent(pid: int) -> float:
    """Return the processor time of a process and of all that it has started."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return math.inf
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    theirs = (_spent(int(child)) for child in started)
    return own + sum(spent for spent in theirs if spent < math.inf)


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def run(times: int, seed: int, only: str = "") -> Iterator[tuple[str, list[Answer]]]:
    """Yield each command whose name has ``only`` in it, with its answers."""
    chance = random.Random(seed)  # noqa: S311 -- moments, no secrets
    chosen = {name: line for name, line in COMMANDS.items() if only in name}
    with TemporaryDirectory() as root:
        folder = Path(root)
        _prepare(folder, " ".join(chosen.values()))
        for name, line in chosen.items():
            cold = name.startswith(COLD)
            answers, latest = list[Answer](), LATEST_COLD if cold else LATEST
            for _ in range(times):
                moment = chance.uniform(0.0, latest)
                answer = ask(shlex.split(line), folder, moment, cold=cold)
                if answer is None:  # it is over by then
                    latest = moment
                else:
                    answers.append(answer)
            yield name, answers


def _prepare(folder: Path, lines: str) -> None:
    """Write what commands of these ``lines`` read."""
    if "dense" in lines:
        (folder / "dense.yaml").write_text(_dense(40, 0.01), encoding="utf-8")
        (folder / "denser.yaml").write_text(_dense(40, 0.02), encoding="utf-8")
    if "many" in lines:
        (folder / "many").mkdir()
        for number in range(400):
            text = _dense(12, 0.01, f"Dense{number}")
            file = folder / "many" / f"dense{number}.yaml"
            file.write_text(text, encoding="utf-8")
    if "history" in lines:
        line = "simulate forest --duration 20000 --no-figures --out history"
        _run(line, folder)
        (found,) = (folder / "history").glob("*/events.jsonl")
        found.rename(folder / "history" / "events.jsonl")
    if "bundles" in lines:
        _run("lab run ising_1d --T 1 --out bundles", folder)
        (bundle,) = (folder / "bundles").iterdir()
        for number in range(250):
            shutil.copytree(bundle, bundle.with_name(f"{bundle.name}-{number}"))
    if "long.jsonl" in lines:
        _record(folder / "long.jsonl")


def _run(line: str, folder: Path) -> None:
    command = [sys.executable, "-m", "spacewheat_sim", *line.split(), "--seed", "0"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _record(path: Path) -> None:
    from spacewheat_sim import World
    from spacewheat_sim.engine.session.log import SessionLog

    world = World(["forest"], seed=1)
    with SessionLog(path, digest_every=1000) as log:
        log.begin(world)
        for _ in range(200_000):
            log.tick(world)
        log.end(world)


def _dense(count: int, rate: float, name: str = "Dense") -> str:
    """Return a biome in which every emoji turns to every other, and couples to it."""
    emojis = EMOJIS[:count]
    lines = [
        "schema: 1",
        f"name: {name}",
        "description: Everything becomes everything.",
        f"emojis: [{', '.join(emojis)}]",
        f"initial: {{emoji: {emojis[0]}}}",
        "icons:",
    ]
    for number, emoji in enumerate(emojis):
        sources = ", ".join(
            f"{other}: {rate * (1 + (number * k) % 7):g}"
            for k, other in enumerate(emojis)
            if other != emoji
        )
        coupled = ", ".join(
            f"{other}: {0.1 * (1 + (number + k) % 3):g}"
            for k, other in enumerate(emojis[:number])
        )
        lines += [
            f"  - emoji: {emoji}",
            f"    name: Animal{number}",
            f"    transfers_from: {{{sources}}}",
        ]
        if coupled:
            lines.append(f"    couplings: {{{coupled}}}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure and print; return 1 if an answer took too long or was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    given, late = parser.parse_args(), 0
    # In the background a shell has its commands, and what these start, ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name, answers in run(given.times, given.seed, given.only):
        if not answers:
            sys.stdout.write(f"{name}: ended before\n")
            continue
        took = sorted(answer.took for answer in answers)
        worst = max(answers, key=lambda answer: (not answer.is_fine, answer.took))
        late += sum(not answer.is_fine for answer in answers)
        sys.stdout.write(
            f"{name}: {len(answers)} answers, median {took[len(took) // 2]:.2f} s, "
            f"longest {took[-1]:.2f} s (on the wall {worst.waited:.2f} s)"
            f"{'' if worst.is_fine else f'  <-- fault: {worst}'}\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"{late} faults\n")
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(main())
