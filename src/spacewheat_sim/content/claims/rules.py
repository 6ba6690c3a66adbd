"""What can be wrong with a quantity or a claim, apart from the names in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spacewheat_sim.content.claims.asked import ASKED, Asked
from spacewheat_sim.content.model import Violation

OF_THE_WHOLE = ("purity", "entropy", "energy")


def asked_violations(asked: Asked) -> Iterator[Violation]:
    """Yield what is wrong with a quantity, apart from its names."""
    empty = [kind for kind in ASKED if kind in asked.model_fields_set]
    if empty and not asked.kinds:
        kind = empty[0]
        wanted = "true" if kind in OF_THE_WHOLE else "what it is of"
        yield Violation((kind,), f"{kind} is empty", f"{kind}: {wanted}", at_key=True)
        return
    if len(asked.kinds) != 1:
        named = " and ".join(asked.kinds) or "no quantity"
        yield Violation((), f"it names {named}", f"one of {', '.join(ASKED)}")
        return
    options = ASKED[asked.kind]
    if len(asked.whens) > 1 or asked.when not in options:
        words = [when for when in options if when != "always"]
        wanted = " or ".join(f"`{word}`" for word in words)
        if "always" in options:
            wanted = f"{wanted}, or no time" if words else "no time"
        given = " and ".join(asked.whens) or "no time"
        yield Violation((), f"{asked.kind} has {given}", wanted)
        return
    allowed = options[asked.when]
    wrong = [name for name in asked.statistics if name not in allowed]
    if wrong or len(asked.statistics) > 1:
        given = " and ".join(asked.statistics)
        when = "" if asked.when == "always" else f" `{asked.when}`"
        said = f"{asked.kind}{when} has no {given}"
        if not wrong:
            said = f"it has {given}"
        key = wrong[0] if wrong else asked.statistics[1]
        yield Violation((key,), said, f"one of {', '.join(allowed)}", at_key=True)
        return
    if asked.over is not None and not asked.over[0] < asked.over[1]:
        yield Violation(("over",), "it ends before it begins", "[begin, end] in s")


def claim_violations(claim: Asked) -> Iterator[Violation]:
    """Yield what is wrong with a claim, apart from its names."""
    found = tuple(asked_violations(claim))
    yield from found
    if found:
        return
    bound, key = claim.bound, claim.statistic
    if bound is None or bound.model_fields_set == set():
        wanted = "`at_least`, `at_most`, or `near` with `within`"
        yield Violation((), f"it sets no bound to {key}", f"{key} with {wanted}")
        return
    if (bound.near is None) != (bound.within is None):
        yield Violation((key,), "near and within belong together", "both")
    elif bound.near is not None and (bound.at_least, bound.at_most) != (None, None):
        yield Violation((key,), "near and another bound", "one of them")
    elif bound.low is not None and bound.high is not None and bound.low > bound.high:
        yield Violation((key,), "no number is within", "at_least below at_most")


def named_keys(asked: Asked) -> Mapping[str, tuple[str, ...]]:
    """Return the emojis that a quantity names, by its key."""
    return {asked.kind: asked.names} if len(asked.kinds) == 1 else {}
