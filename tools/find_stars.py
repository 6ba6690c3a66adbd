"""Find what the stars of challenges take, by running policies.

    python tools/find_stars.py [CHALLENGE…] [--episodes N] [--write]

For each challenge it runs who waits, who moves at random, who repeats the one move that
earns most at the period that earns most, and, where there is one, the player below who
knows the trick. With a the higher mean of the first two and b the highest of all, one
star takes a + (b − a)/3, two take a + 2 (b − a)/3 and three a + 0.95 (b − a): to wait,
or to move at random, earns none. ``--write`` puts these numbers into the files.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge, load_challenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.play import PlayedEpisodes, play
from spacewheat_sim.engine.challenges.policies.policy import Policy
from spacewheat_sim.engine.challenges.policies.random_moves import RandomMoves
from spacewheat_sim.engine.challenges.policies.wait_and_harvest import Periodic

SEED, TRIAL_SEED = 0, 1
TRIALS = 24
PERIODS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 29, 38, 49)
SHARES = (1 / 3, 2 / 3, 0.95)
Choice = Callable[[Episode], str]


class Known:
    """A player who says its moves by their names."""

    def __init__(self, name: str, choice: Choice) -> None:
        self.name = name
        self._choice = choice

    def choose(self, episode: Episode) -> int:
        """Return the number of the move that is called so, if it can be done."""
        names = [str(move) for move in episode.moves]
        chosen = names.index(self._choice(episode))
        return chosen if episode.mask()[chosen] else 0


def probability(episode: Episode, emoji: str) -> float:
    """Return how probable an emoji is now."""
    (bath,) = episode.world.baths.values()
    return bath.probability(emoji)


def at(plan: dict[int, str]) -> Choice:
    """Return who does what a plan says, step by step."""
    return lambda episode: plan.get(episode.steps_done, "wait")


def ripe(move: str, emoji: str, least: float) -> Choice:
    """Return who moves where an emoji is more probable than ``least``."""
    return lambda e: move if probability(e, emoji) > least else "wait"


def keep_the_moon(episode: Episode) -> str:
    """Look at a moon that is nearly full; let a dark one turn back."""
    return "measure 🌕/🌑" if 0.97 < probability(episode, "🌕") < 0.999 else "wait"


def turned_sign(episode: Episode) -> str:
    """Turn the sign when all is on the two ways, and harvest when all has arrived."""
    return {0: "harvest 🏝/🚪", 4: "Z on ⛵/🐫"}.get(episode.steps_done % 8, "wait")


def steady_sun(episode: Episode) -> str:
    """Look once, turn the night, then harvest what is probably ripe."""
    sun = probability(episode, "☀")
    if 0.001 < sun < 0.999:
        return "measure ☀/🌙"
    if sun < 0.5:
        return "X on ☀/🌙"
    return "harvest 🌾/🌱" if probability(episode, "🌾") > 0.8 else "wait"


def butterfly(episode: Episode) -> str:
    """Undo a look as soon as there was one."""
    (bath,) = episode.world.baths.values()
    blurred = bath.project_onto_axis("🦋", "🌸").coherence < 0.4
    return "H on 🦋/🌸" if blurred else "wait"


def count_the_lights(episode: Episode) -> str:
    """Harvest each light; guess from how much was counted."""
    if probability(episode, "✨") > 0.5:
        return "harvest ✨/🌌"
    step, taken = episode.steps_done, episode.world.inventory.get("✨", 0.0)
    if step < 60:
        return "wait"
    rate = taken / (step * 0.25)
    value = min((0.1, 0.4, 1.6), key=lambda r: abs(math.log((rate + 0.02) / met(r))))
    return f"guess = {value:g}" if episode.attempt.standing.guess is None else "wait"


def met(rate: float) -> float:
    """Return how many lights a second are harvested where they appear at ``rate``."""
    return 1.0 / (1.0 / rate + 0.2)


KNOWN: dict[str, Choice] = {
    "first_harvest": ripe("harvest 🌕/🌑", "🌕", 0.8),
    "hen_house": ripe("harvest 🐔/🥚", "🐔", 0.99),
    "berry_season": ripe("harvest 🫐/🐦", "🫐", 0.85),
    "daily_bread": ripe("harvest 🍞/🌾", "🍞", 0.3),
    "keep_the_moon": keep_the_moon,
    "turned_sign": turned_sign,
    "steady_sun": steady_sun,
    "make_a_pair": at({4: "H on 🔮/💤", 5: "CNOT on 🔮/💤, 💎/🪨"}),
    "three_friends": at(
        {
            3: "H on 🔔/🌑",
            4: "CNOT on 🔔/🌑, 🕯/💨",
            5: "CNOT on 🕯/💨, 🎵/🪶",
        }
    ),
    "past_the_dog": at({0: "X on 🐶/🦴", 6: "X on 🐶/🦴"}),
    "wolf_and_rabbits": at(
        {
            0: "edit 🐇.transfers_from.🌿 = 0.5",
            1: "edit 🐺.transfers_from.🐇 = 0.4",
        }
    ),
    "butterfly": butterfly,
    "count_the_lights": count_the_lights,
}


def players(compiled: CompiledChallenge) -> dict[str, Policy]:
    """Return who plays a challenge, those without a thought first."""
    found: dict[str, Policy] = {
        "wait": Known("wait", lambda _: "wait"),
        "random": RandomMoves(SEED),
    }
    moves = compiled.challenge.moves
    repeated = [i for i, move in enumerate(moves) if move.act and not move.act.guess]
    found["repeat"] = best_repeated(compiled, repeated)
    if compiled.challenge.key in KNOWN:
        found["known"] = Known("known", KNOWN[compiled.challenge.key])
    return found


def best_repeated(compiled: CompiledChallenge, moves: Iterable[int]) -> Periodic:
    """Return which of ``moves`` earns most at which period, in attempts of its own."""
    steps, names = compiled.challenge.steps, compiled.challenge.moves
    periods = [period for period in PERIODS if period <= steps]
    best = -math.inf, Periodic(0, 1, 0, "")
    for move in moves:
        for period in periods:
            for first in sorted({0, period - 1}):
                said = f"repeat: {names[move]} every {period} steps from {first} on"
                policy = Periodic(move, period, first, said)
                mean = play(compiled, policy, TRIALS, TRIAL_SEED).mean
                if mean > best[0]:
                    best = mean, policy
    return best[1]


def stars_of(found: dict[str, PlayedEpisodes]) -> tuple[float, ...]:
    """Return what the stars take, given what each player's attempts came to."""
    means = {name: played.mean for name, played in found.items()}
    low, high = max(means["wait"], means["random"]), max(means.values())
    return tuple(float(f"{low + share * (high - low):.3g}") for share in SHARES)


def write(path: Path, stars: tuple[float, ...]) -> None:
    """Put the numbers of the stars into a file; every other byte stays."""
    text = path.read_text(encoding="utf-8")
    line = f"stars: [{', '.join(f'{star:g}' for star in stars)}]"
    path.write_text(re.sub(r"(?m)^stars: .*$", line, text), encoding="utf-8")


def main() -> None:
    """Print a table of all policies and what the stars take."""
    words = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    words.add_argument("challenges", nargs="*")
    words.add_argument("--episodes", type=int, default=200)
    words.add_argument("--write", action="store_true")
    given = words.parse_args()
    names = given.challenges or [entry.key for entry in Library().challenges]
    for name in names:
        compiled = load_challenge(name)
        found = {}
        for called, policy in players(compiled).items():
            found[called] = play(compiled, policy, given.episodes, SEED)
            mean, error = found[called].mean, found[called].standard_error
            told = policy.name if called == "repeat" else called
            spread = 0.0 if error is None else error
            sys.stdout.write(f"{name:<18} {mean:>8.3f} ± {spread:<6.3f} {told}\n")
            sys.stdout.flush()
        stars = stars_of(found)
        sys.stdout.write(f"{name:<18} stars {', '.join(f'{s:g}' for s in stars)}\n\n")
        if given.write and compiled.challenge.source is not None:
            write(compiled.challenge.source, stars)


if __name__ == "__main__":
    main()
