"""Ctrl-C in a script that reads or writes content comes out as Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Callable
from itertools import count

import pytest
from every_moment import Bell

from spacewheat_sim import IconRegistry, load_biome
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon

# What pydantic calls, or goes through, while it is at work.
CALLED = ("content/fields.py", "content/model.py")


def dump() -> Callable[[], object]:
    biome = load_biome("fading_twins").biome
    return lambda: biome.model_dump(mode="json")


def dump_icon() -> Callable[[], object]:
    icon = next(icon for icon in IconRegistry.builtin() if icon.couplings)
    return lambda: icon.model_dump(mode="json")


def validate() -> Callable[[], object]:
    icon = next(icon for icon in IconRegistry.builtin() if icon.couplings)
    data = {name: getattr(icon, name) for name in icon.model_fields_set}
    return lambda: Icon.model_validate(data)


def refuse() -> Callable[[], object]:
    def act() -> None:
        with pytest.raises(ValueError, match="name"):
            Biome.model_validate({"name": [], "layers": {"x": "y"}, "emojis": {}})

    return act


@pytest.mark.parametrize("prepare", [dump, dump_icon, validate, refuse])
def test_ctrl_c_is_no_error_of_the_library_wherever_it_comes(
    prepare: Callable[[], Callable[[], object]],
) -> None:
    act = prepare()
    act()
    for moment in count():
        bell = Bell(moment, CALLED, lambda: signal.raise_signal(signal.SIGINT))
        try:
            with bell:
                act()
        except KeyboardInterrupt:
            continue
        assert not bell.rang, f"lost at moment {moment}"
        break
    assert moment > 3
