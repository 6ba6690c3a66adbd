"""``spacewheat challenge``: what can be played, by programs, and what logs prove."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from spacewheat_sim.cli.arguments import Flag, PathWord, WholeNumber, checked_number
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.exit_codes import DIFFERENT, DONE, UNUSABLE
from spacewheat_sim.plain_values import printable

if TYPE_CHECKING:
    from spacewheat_sim.content.challenge.challenge import Challenge
    from spacewheat_sim.content.entries import ContentEntry
    from spacewheat_sim.engine.challenges.optimum import BestPlay
    from spacewheat_sim.engine.challenges.play import PlayedEpisodes
    from spacewheat_sim.engine.challenges.scoring import ProvenScore

MOST_EPISODES = 1_000_000
WIDTH = 80  # characters of a line

app = App(name="challenge", help="List challenges, let programs play, prove scores.")


@app.command(name="list")
def list_challenges(*, json: Flag = False) -> int:
    """List all challenges from easy to hard, with what each takes.

    A file that is wrong is reported on standard error, and the others are listed.

    Args:
        json: Print one JSON document.
    """
    from spacewheat_sim.content.challenge.files import read_challenge_file
    from spacewheat_sim.content.challenge.summary import challenge_summary
    from spacewheat_sim.content.packs.library import Library
    from spacewheat_sim.content.problems import ContentError

    read, broken = [], []
    for entry in Library().challenges:
        try:
            read.append((entry, read_challenge_file(entry.path)))
        except (ContentError, ArgumentError) as error:
            broken.append(str(error))
    read.sort(key=lambda pair: pair[1].place)
    if json:
        write_json([{"pack": e.pack, **challenge_summary(c)} for e, c in read])
    else:
        _write_challenges(read)
    sys.stderr.writelines(f"{printable(each)}\n" for each in broken)
    return UNUSABLE if broken else DONE


def _write_challenges(read: list[tuple[ContentEntry, Challenge]]) -> None:
    for entry, challenge in read:
        biome = Path(challenge.biome).stem
        heading = f"{challenge.name}, {challenge.seconds:g} s in {biome}, {entry.pack}"
        sys.stdout.write(f"{entry.key:<24}  {heading}\n")
        for told in filter(None, (challenge.hardness, challenge.description)):
            text = textwrap.fill(told, WIDTH - 4)
            sys.stdout.write(textwrap.indent(f"{text}\n", "    "))
    sys.stdout.write(
        "\nFrom easy to hard. Play one by `spacewheat play NAME`; "
        "`spacewheat challenge run NAME` lets a program play it.\n"
    )


@app.command
def run(
    name: str,
    /,
    *,
    policy: str = "wait_and_harvest",
    episodes: WholeNumber = 100,
    seed: WholeNumber = 0,
    logs: PathWord | None = None,
    executor: str = "serial",
    json: Flag = False,
) -> int:
    """Let a policy play a challenge, and show what its attempts come to.

    Args:
        name: A challenge's name or file.
        policy: random; wait_and_harvest with the period that earns most; greedy on the
            forecast of the next jump; or optimum, where it is known.
        episodes: How many attempts.
        seed: Root of all randomness.
        logs: Write a session log of each attempt into this folder.
        executor: serial, processes, processes:N, dask or dask://HOST:PORT.
        json: Print one JSON document.
    """
    from spacewheat_sim import seeding
    from spacewheat_sim.cli.progress_bar import share_bar
    from spacewheat_sim.engine.challenges.compiled import load_challenge
    from spacewheat_sim.engine.challenges.optimum import known_optimum
    from spacewheat_sim.engine.challenges.play import play
    from spacewheat_sim.engine.challenges.policies.table import make_policy
    from spacewheat_sim.executors.pool import check_pool
    from spacewheat_sim.lab.attempts import play_by_pool

    checked_number(episodes, "--episodes", MOST_EPISODES)
    root = seeding.resolve_seed(seed)
    compiled = load_challenge(name)
    player = make_policy(policy, compiled, root)
    check_pool(executor)
    with share_bar(compiled.challenge.name) as show:

        def tell(done: int) -> None:
            show(done / episodes)

        def notice(line: str) -> None:
            sys.stderr.write(f"{line}\n")

        if executor == "serial":
            played = play(compiled, player, episodes, root, logs, on_episode=tell)
        else:
            given = (compiled.challenge.source or name, policy, episodes, root, logs)
            played = play_by_pool(executor, *given, tell, notice)
    optimum = known_optimum(compiled)
    if json:
        _write_played(compiled.challenge.key, root, played, optimum)
    else:
        _tell_played(compiled.challenge.key, played, optimum)
    return DONE


@app.command
def score(log: PathWord, /, *, challenge: str | None = None, json: Flag = False) -> int:
    """Replay the log of an attempt and print the score that its commands earn.

    Of a folder, print a table of the best logs of each challenge.

    Args:
        log: A session log, or a folder of some.
        challenge: The name or file of the challenge, where it goes by no known name.
        json: Print one JSON document.
    """
    from dataclasses import asdict

    from spacewheat_sim.engine.challenges.compiled import load_challenge
    from spacewheat_sim.engine.challenges.scoring import prove, prove_all

    if log.is_dir():
        if challenge is not None:
            raise ArgumentError("--challenge is for one log, and not for a folder")
        found, refused = prove_all(log)
        if json:
            write_json({"scores": [asdict(one) for one in found], "refused": refused})
        else:
            _write_table(found)
            sys.stderr.writelines(f"refused: {why}\n" for why in refused.values())
        return DIFFERENT if refused else DONE
    given = None if challenge is None else load_challenge(challenge)
    proven = prove(log, given)
    if json:
        write_json(asdict(proven))
    else:
        sys.stdout.write(_score_text(proven))
    return DONE


def _write_played(
    key: str, seed: int, played: PlayedEpisodes, optimum: BestPlay | None
) -> None:
    scores = [result.score for result in played.results]
    record = _played_record(played, optimum)
    write_json({"challenge": key, "seed": seed, **record, "scores": scores})


def _tell_played(key: str, played: PlayedEpisodes, optimum: BestPlay | None) -> None:
    error, count = played.standard_error, len(played.results)
    spread = "" if error is None else f" ± {error:.2g}"
    record = _played_record(played, optimum)
    stars = enumerate(record["stars"], start=1)
    shares = ", ".join(f"{'★' * n} {share:.0%}" for n, share in stars)
    sys.stdout.write(
        f"{key}: {played.policy}\n"
        f"score {_points(played.mean)}{spread}, best {_points(played.best)}, of "
        f"{count:,} attempt{'' if count == 1 else 's'}\n"
        f"goal reached {record['reached']:.0%}, {shares}\n"
        f"{_regret_text(played, optimum)}"
    )


def _played_record(played: PlayedEpisodes, optimum: BestPlay | None) -> dict[str, Any]:
    results = played.results
    return {
        "policy": played.policy,
        "episodes": len(results),
        "mean": played.mean,
        "standard_error": played.standard_error,
        "best": played.best,
        "stars": list(played.share_of_stars()),
        "reached": sum(each.is_reached for each in results) / len(results),
        "optimum": None if optimum is None else optimum.value,
        "regret": None if optimum is None else optimum.value - played.mean,
    }


def _regret_text(played: PlayedEpisodes, optimum: BestPlay | None) -> str:
    if optimum is None:
        return ""
    error = played.standard_error
    spread = "" if error is None else f" ± {error:.2g}"
    regret = optimum.value - played.mean
    return f"optimum {optimum.value:.4g}, regret {regret:.2g}{spread}\n"


def _points(score: float) -> str:
    """Return a score as text; a sum of costs may miss 0 by a rounding."""
    return f"{round(score, 9) + 0.0:.4g}"


def _score_text(proven: ProvenScore) -> str:
    end = (
        f"{'★' * proven.stars or 'no star'}"
        if proven.is_over
        else f"not brought to its end: {proven.steps:,} steps"
    )
    reached = "the goal is reached" if proven.is_reached else "the goal is not reached"
    return (
        f"{proven.path}: {proven.challenge}, score {proven.score:.6g}, {end}\n"
        f"{reached}; acts: {proven.acts:,}, spent {proven.spent:.6g}, seed "
        f"{proven.seed}\n"
    )


def _write_table(found: list[ProvenScore]) -> None:
    if not found:
        sys.stdout.write("No attempts at challenges in this folder\n")
    for one in found:
        end = "★" * one.stars if one.is_over else "unfinished"
        sys.stdout.write(
            f"{one.challenge:<24}  {one.score:>10.6g}  {end:<10}  seed {one.seed:<10}  "
            f"{Path(one.path).name}\n"
        )
