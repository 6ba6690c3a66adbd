from __future__ import annotations

import os

import pytest

from spacewheat_sim.content.files import read_biome
from spacewheat_sim.content.packs.pack import open_pack
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.sandbox.biome.reload import Reload
from spacewheat_sim.sandbox.biome.session.edits import set_method
from spacewheat_sim.sandbox.biome.session.session import BiomeSession

ICONS = """\
schema: 1
icons:
  - emoji: 🌾
    name: Wheat
    self_energy: 1.0
    couplings: {💀: 0.5}
  - emoji: 💀
    name: Skull
    transfers_to: {🌾: 0.2}
"""
BIOME = """\
schema: 1
name: Plot
emojis: [🌾, 💀]
axes:
  - {north: 🌾, south: 💀}
"""


class Desk:
    """A biome that runs, its two files, and what the player was told."""

    def __init__(self, folder):
        self.icons, self.biome = folder / "icons" / "all.yaml", folder / "plot.yaml"
        self.icons.parent.mkdir()
        self.icons.write_text(ICONS)
        self.biome.write_text(BIOME)
        self.told = []
        registry = IconRegistry.load_packs([open_pack(folder)])
        biome = read_biome(self.biome, registry)
        self.session = BiomeSession(biome, registry, seed=1)
        self.reload = Reload(self.session, biome, registry, self.told.append)
        self._writes = 0

    def write(self, path, text):
        path.write_text(text)
        # A file system may count time in steps as long as a test.
        self._writes += 1
        stat = path.stat()
        later = stat.st_mtime_ns + self._writes * 1_000_000_000
        os.utime(path, ns=(stat.st_atime_ns, later))

    def look(self):
        self.reload.look(1.0)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_an_edited_icon_takes_effect_while_the_state_goes_on(desk):
    desk.session.step_once()
    before, time = desk.session.bath.state, desk.session.world.time

    desk.write(desk.icons, ICONS.replace("self_energy: 1.0", "self_energy: 2.5"))
    desk.look()

    assert desk.session.icons["🌾"].self_energy == 2.5
    assert (desk.session.bath.state == before).all()
    assert desk.session.world.time == time
    assert desk.told == ["Files reloaded"]


def test_a_broken_file_is_told_with_its_place_and_the_old_content_runs_on(desk):
    desk.write(desk.icons, ICONS.replace("self_energy: 1.0", "self_enrgy: 1.0"))
    desk.look()
    desk.session.step_once()

    (problem,) = desk.reload.problems
    assert (problem.line, problem.column) == (5, 5)
    assert "self_energy" in problem.wanted
    assert desk.session.icons["🌾"].self_energy == 1.0
    assert desk.session.world.tick_count == 1

    desk.write(desk.icons, ICONS.replace("self_energy: 1.0", "self_energy: 4.0"))
    desk.look()

    assert desk.reload.problems == ()
    assert desk.session.icons["🌾"].self_energy == 4.0


def test_a_file_that_is_gone_is_a_problem_until_it_is_back(desk):
    desk.biome.unlink()
    desk.look()
    assert desk.reload.problems

    desk.write(desk.biome, BIOME)
    desk.look()
    assert desk.reload.problems == ()


def test_an_edited_biome_goes_on_from_its_state(desk):
    for _ in range(10):
        desk.session.step_once()
    before = desk.session.bath.state
    own = "icons:\n  - {emoji: 🌾, name: Own, self_energy: 7.0}\n"

    desk.write(desk.biome, BIOME + own)
    desk.look()

    assert desk.session.icons["🌾"].self_energy == 7.0
    assert (desk.session.bath.state == before).all()
    assert desk.session.world.tick_count == 10


def test_a_live_method_survives_an_edit_that_does_not_change_the_files_method(desk):
    set_method(desk.session, "master")

    desk.write(desk.biome, BIOME.replace("name: Plot", "name: Better plot"))
    desk.look()
    assert desk.session.bath.method == "master"
    assert desk.session.reading().name == "Better plot"

    desk.write(desk.biome, BIOME + "evolution: {method: spec}\n")
    desk.look()
    assert desk.session.bath.method == "spec"


def test_new_emojis_join_without_a_restart_and_change_no_probability(desk):
    desk.session.step_once()
    before = desk.session.bath.probabilities()

    desk.write(desk.biome, BIOME.replace("[🌾, 💀]", "[💀, 🌾, 🍂]"))
    desk.look()

    assert desk.session.bath.probabilities() == {**before, "🍂": 0.0}
    assert desk.session.world.tick_count == 1
    assert len(desk.session.world.plots) == 1
    assert desk.told[-1] == "Files reloaded"
    desk.session.step_once()
    assert len(desk.session.reading().populations) == 3


def test_an_emoji_that_leaves_while_it_is_there_restarts_the_biome(desk):
    desk.session.step_once()

    desk.write(desk.biome, BIOME.replace("[🌾, 💀]", "[💀, 🍂]").replace("🌾", "🍂"))
    desk.look()

    assert desk.session.bath.emojis == ("💀", "🍂")
    assert desk.session.world.tick_count == 0
    assert "restarted" in desk.told[-1]


def test_a_rhythm_that_changes_is_followed_at_once(desk):
    driven = ICONS.replace("self_energy: 1.0", "drivers: [{rhythm: tide}]")
    rhythms = "rhythms:\n  tide: {shape: cosine, period: 4}\n"
    desk.write(desk.icons, driven + rhythms)
    desk.look()
    desk.session.step_once()
    assert desk.session.bath.operators.hamiltonian_at(1.0)[0, 0] == pytest.approx(0)

    desk.write(desk.icons, driven + rhythms.replace("4", "1"))
    desk.look()
    desk.session.step_once()

    assert desk.session.bath.operators.hamiltonian_at(1.0)[0, 0] == pytest.approx(1)


def test_files_that_did_not_change_are_left_alone(desk):
    desk.look()
    desk.look()

    assert desk.told == []
    assert len(desk.session.events) == 1  # the planting of the authored axis


def test_a_level_biome_that_becomes_a_register_restarts(desk):
    register = "register:\n  - {north: 🌾, south: 💀}"
    level = "emojis: [🌾, 💀]"
    desk.session.step_once()

    desk.write(desk.biome, BIOME.replace(level, register))
    desk.look()

    assert desk.reload.problems == ()
    assert desk.session.bath.operators.axes == (("🌾", "💀"),)
    assert desk.session.world.time == 0.0
    desk.session.step_once()
    assert desk.session.problem is None


def test_a_register_goes_on_when_its_own_icons_change(desk):
    register = "register:\n  - {north: 🌾, south: 💀}\n"
    begin = BIOME.replace("emojis: [🌾, 💀]\n", register)
    desk.write(desk.biome, begin)
    desk.look()
    desk.session.step_once()
    time = desk.session.world.time

    own = "icons:\n  - {emoji: 🌾, name: Rye, pair_couplings: {💀: 1.0}}\n"
    desk.write(desk.biome, begin + own)
    desk.look()
    (problem,) = desk.reload.problems
    assert "two poles of one axis" in problem.message

    desk.write(desk.biome, begin + own.replace("pair_couplings", "couplings"))
    desk.look()
    assert desk.reload.problems == ()
    assert desk.session.icons["🌾"].name == "Rye"
    assert desk.session.world.time == time


def test_axes_that_join_or_leave_the_file_are_planted_and_removed(desk):
    wider = BIOME.replace("[🌾, 💀]", "[🌾, 💀, 🍂]")
    desk.session.step_once()
    desk.write(desk.biome, f"{wider}  - {{north: 🌾, south: 🍂}}\n")
    desk.look()
    plots = desk.session.world.plots.values()
    assert [(p.north, p.south) for p in plots] == [("🌾", "💀"), ("🌾", "🍂")]
    assert desk.session.world.tick_count == 1

    desk.write(
        desk.biome, BIOME.replace("axes:\n  - {north: 🌾, south: 💀}", "axes: []")
    )
    desk.look()
    assert desk.session.world.plots == {}
    assert desk.session.bath.emojis == ("🌾", "💀")
    assert desk.told == ["Files reloaded"] * 2


def test_an_axis_that_the_player_planted_is_not_planted_twice_nor_removed(desk):
    desk.session.plant("💀", "🌾")
    desk.write(desk.biome, f"{BIOME}  - {{north: 💀, south: 🌾}}\n")
    desk.look()
    desk.write(desk.biome, BIOME.replace("name: Plot", "name: Field"))
    desk.look()

    plots = desk.session.world.plots.values()
    assert [(p.north, p.south) for p in plots] == [("🌾", "💀")]
    assert desk.session.biome.name == desk.session.reading().name == "Field"


def test_another_beginning_is_announced_for_the_next_restart(desk):
    desk.write(desk.biome, BIOME + "initial: {emoji: 💀}\n")
    desk.look()
    assert "a restart (F5) begins with the new `initial`" in desk.told[-1]
    desk.session.restart()
    assert desk.session.bath.probability("💀") == 1.0
