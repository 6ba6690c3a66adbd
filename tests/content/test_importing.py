"""The original game's JSON becomes a pack, and what is lost is listed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from spacewheat_sim import ArgumentError, QuantumBath, load_biome
from spacewheat_sim.cli.command import run_command
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.importing.pack import import_pack

FARM = {
    "name": "Test Farm",
    "emojis": ["☀", "🌙", "🌾", "💀", "🍄", "🍂", "🔥", "❄"],
    "icon_components": {
        "☀": {
            "self_energy": 0.5,
            "driver": {"type": "cosine", "freq": 0.05, "phase": 0.25, "amp": 0.8},
            "hamiltonian": {"🌙": 0.8, "🌾": [0.3, 0.1]},
        },
        "🌙": {"self_energy": 0.2, "hamiltonian": {"☀": 0.8, "🌙": 0.1}},
        "🌾": {
            "self_energy": 0.1,
            "lindblad_incoming": {"☀": 0.15},
            "decay": {"rate": 0.05, "target": "💀"},
            "gated_lindblad_source": [
                {"source": "🍄", "gate": "🔥", "rate": 0.2, "power": 1.0},
                {"source": "☀", "gate": "🔥", "rate": 0.1, "inverse": True},
            ],
        },
        "🍄": {"lindblad_outgoing": {"🍂": 0.1, "🍄": 0.02}},
        "🔥": {"hamiltonian": {"❄": 0.4}, "lindblad_incoming": {"❄": 0.3}},
    },
}
FACTION = {
    "name": "Bakers' Guild",
    "self_energies": {"🔥": 0.3, "🍞": 0.1},
    "hamiltonian": {"🔥": {"❄": 0.5, "🍞": 0.2}},
    "lindblad_outgoing": {"🍞": {"🍂": 0.05}},
    "lindblad_incoming": {"🍞": {"🌾": 0.1}},
    "gated_lindblad": {"🍞": [{"source": "💀", "gate": "🔥", "rate": 0.04}]},
    "decay": {"🍞": {"rate": 0.02, "target": "🍂"}},
    "drivers": {"🔥": {"type": "sine", "frequency": 0.1}},
    "alignment_couplings": {"🔥": {"🍞": 0.6}},
}


def write(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    files = [
        write(tmp_path / "biomes.json", {"biomes": [FARM]}),
        write(tmp_path / "factions.json", {"factions": [FACTION]}),
    ]
    imported = import_pack(files, tmp_path / "pack")
    assert imported.lost == ()
    return tmp_path / "pack"


def test_a_pack_of_a_biome_and_a_faction_passes_its_check(pack: Path) -> None:
    assert [p for p in check_content([pack]).problems if p.severity == "error"] == []
    icons = (pack / "icons" / "bakers_guild.yaml").read_text(encoding="utf-8")
    assert "layer: bakers_guild" in icons
    assert "{rhythm: {shape: sine, period: 10.0}, amplitude: 0.3}" in icons


def one(emoji: str) -> np.ndarray:
    place = FARM["emojis"].index(emoji)
    parts = [np.eye(2)] * 4
    parts[place // 2] = np.diag([1.0, 0.0] if place % 2 == 0 else [0.0, 1.0])
    return tensor(parts)


def turn(emoji: str) -> np.ndarray:
    """|other pole⟩⟨pole| of an emoji's axis."""
    place = FARM["emojis"].index(emoji)
    parts = [np.eye(2)] * 4
    down = np.array([[0.0, 0.0], [1.0, 0.0]])
    parts[place // 2] = down if place % 2 == 0 else down.T
    return tensor(parts)


def tensor(parts: list[np.ndarray]) -> np.ndarray:
    found = np.eye(1)
    for part in parts:
        found = np.kron(found, part)
    return found


def test_its_register_evolves_as_a_dense_liouvillian_says(pack: Path) -> None:
    """From the source's own numbers, by the table of what they mean in a register."""
    on = {e: turn(e).T for e in FARM["emojis"]}  # brings an axis to the pole
    h0 = 0.3 * one("🌙") + 0.1 * one("🌾")  # 🌙: 0.2 and 0.1 of its own
    h0 = h0 + (0.8 / 2 + 0.8 / 2) * (turn("☀") + turn("☀").T)
    pair = (0.3 + 0.1j) / 2 * on["☀"] @ on["🌾"]
    h0 = h0 + pair + pair.conj().T
    h0 = h0 + 0.4 / 2 * (turn("🔥") + turn("🔥").T)
    eye = np.eye(16)
    jumps = [
        (0.15, turn("☀") @ on["🌾"]),
        (0.05, turn("🌾")),
        (0.2, turn("🍄") @ on["🌾"] @ one("🔥")),
        (0.1, turn("☀") @ on["🌾"] @ (eye - one("🔥"))),
        (0.1, turn("🍄")),
        (0.02, one("🍄")),
        (0.3, turn("❄")),
    ]
    rho = np.full((16, 16), 1 / 16, dtype=complex)

    def slope(t: float, rho: np.ndarray) -> np.ndarray:
        h = h0 + 0.5 * 0.8 * np.cos(2 * np.pi * 0.05 * t + 0.25) * one("☀")
        out = -1j * (h @ rho - rho @ h)
        for rate, jump in jumps:
            square = jump.T @ jump
            out += rate * (jump @ rho @ jump.T - (square @ rho + rho @ square) / 2)
        return out

    h = 0.01
    for k in range(200):  # Runge and Kutta of order 4: an error of 1e-9
        t = k * h
        a = slope(t, rho)
        b = slope(t + h / 2, rho + h / 2 * a)
        c = slope(t + h / 2, rho + h / 2 * b)
        d = slope(t + h, rho + h * c)
        rho = rho + h / 6 * (a + 2 * b + 2 * c + d)
    compiled = load_biome(pack / "biomes" / "test_farm.yaml")
    bath = QuantumBath(compiled.operators, "master", seed=0)
    bath.evolve(2.0)
    assert np.abs(bath.density_matrix() - rho).max() < 1e-8


def test_a_factions_layer_can_be_weighed_in(pack: Path) -> None:
    farm = load_biome(pack / "biomes" / "test_farm.yaml")
    assert farm.number("layers.bakers_guild") == 0.0
    weighed = farm.with_("layers.bakers_guild", 1.0)
    change = abs(weighed.operators.hamiltonian - farm.operators.hamiltonian)
    assert change.max() == pytest.approx(0.5 / 2)  # 🔥 and ❄ share an axis there


BAD = {
    "name": "Bad",
    "emojis": ["☀", "🌙", "🌾", "💀", "🍄"],
    "mood": 3,
    "icon_components": {
        "☀": {
            "shade": 1,
            "self_energy": "high",
            "hamiltonian": {"☀": [0, 1], "🌙": "x"},
            "driver": {"type": "square", "frequency": 1},
        },
        "🌾": {
            "lindblad_incoming": {"💀": -1, "☀": 0.1},
            "decay": {"target": "💀"},
            "gated_lindblad_source": [
                {"source": "💀", "gate": "🌾", "rate": 1},
                {"source": "☀", "gate": "🌙", "rate": 1},
                {"source": "☀", "rate": 1},
                {"source": "☀", "gate": "🔥", "rate": 1, "power": 2},
                {"source": "☀", "gate": "❄", "rate": 1},
                {"source": "☀", "gate": "🔥", "rate": 1, "target": "💀"},
            ],
        },
        "🦖": {"self_energy": 1.0},
    },
}


def test_what_is_lost_is_listed_by_name_and_place(tmp_path: Path, capsys) -> None:
    file = write(tmp_path / "bad.json", [BAD])
    out = tmp_path / "pack"
    words = ["content", "import", str(file), "--out", str(out), "--json"]
    assert run_command(words) == 0
    lost = {
        each["place"].partition(": ")[2]: each["reason"]
        for each in json.loads(capsys.readouterr().out)["lost"]
    }
    sun, grain = "[0].icon_components.☀", "[0].icon_components.🌾"
    gated = f"{grain}.gated_lindblad_source"
    assert set(lost) == {
        "[0].emojis[4]",
        "[0].mood",
        f"{sun}.shade",
        f"{sun}.self_energy",
        f"{sun}.hamiltonian.☀",
        f"{sun}.hamiltonian.🌙",
        f"{sun}.driver",
        f"{grain}.lindblad_incoming.💀",
        f"{grain}.decay",
        f"{gated}[0]",
        f"{gated}[1]",
        f"{gated}[2]",
        f"{gated}[3].power",
        f"{gated}[4]",
        f"{gated}[5]",
        "[0]",
    }
    assert "🦖" in lost["[0]"]
    assert check_content([out]).errors == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *(("{", "is no JSON"), ("{}", "no biome and no faction"), ("[]", "no biome")),
        ('{"factions": [{"name": "\\ud83c"}]}', "is no JSON"),
        ('{"factions": [{"name": "Idle"}]}', "Nothing of it can be imported\nlost: "),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused(text, told, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(ArgumentError, match=told):
        import_pack([file], tmp_path / "pack")
    with pytest.raises(ArgumentError, match="cannot be read"):
        import_pack([tmp_path / "none.json"], tmp_path / "pack")
    assert not (tmp_path / "pack").exists()
    with pytest.raises(ArgumentError, match="already exists"):
        import_pack([file], tmp_path)
