"""A challenge in words and as plain data, for lists and pages."""

from __future__ import annotations

from typing import Any

from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.challenge.goal import Goal


def challenge_summary(challenge: Challenge) -> dict[str, Any]:
    """Return what a challenge says, as JSON-ready data."""
    data = challenge.model_dump(
        mode="json", by_alias=True, exclude_unset=True, exclude={"schema_version"}
    )
    return {**data, "steps": challenge.steps, "moves": list(map(str, challenge.moves))}


def challenge_lines(challenge: Challenge) -> list[str]:
    """Return what a challenge says, line by line."""
    budget = "" if challenge.budget is None else f", budget {challenge.budget:g}"
    times = f"{challenge.seconds:g} s in steps of {challenge.step:g} s"
    lines = [
        f"{challenge.name}: {challenge.description}",
        f"in {challenge.biome}, {times}{budget}; what is seen: {challenge.sees}",
        *([challenge.hardness] if challenge.hardness else []),
        "",
        "Acts, one a step",
    ]
    for act in challenge.acts:
        bounds = ""
        if act.between is not None:
            low, high = act.between
            bounds = f", from {low:g} to {high:g}"
        lines.append(f"  {act}{bounds}: costs {act.cost:g}")
    if challenge.hidden is not None:
        values = ", ".join(f"{value:g}" for value in challenge.hidden.values)
        lines += ["", f"Hidden: {challenge.hidden.number}, one of {values}"]
    lines += ["", "Goal", *(f"  {line}" for line in goal_lines(challenge.goal)), ""]
    stars = zip(("★", "★★", "★★★"), challenge.stars, strict=True)
    scores = "  ".join(f"{star} {score:g}" for star, score in stars)
    lines.append(f"{scores}  once the goal is reached")
    return lines


def goal_lines(goal: Goal) -> list[str]:
    """Return each part of a goal in words."""
    lines = [f"harvest {least:g} {emoji}" for emoji, least in goal.harvested.items()]
    for wanted in goal.quantities:
        worth = "" if wanted.worth == 1.0 else f", each worth {wanted.worth:g}"
        lines.append(f"{wanted} {wanted.bound}{worth}")
    if goal.guessed is not None:
        lines.append(f"guess the hidden number, worth {goal.guessed:g}")
    return lines
