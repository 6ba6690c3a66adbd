"""``content check --watch`` in a process of its own."""

from __future__ import annotations

import signal
from pathlib import Path

from processes import run, start, wait_until

GOOD = "schema: 1\nname: Pond\nemojis: [🐟, 🐸]\nicons:\n" + "".join(
    f"  - {{emoji: {one}, name: {name}, couplings: {{{other}: 0.5}}}}\n"
    for one, name, other in (("🐟", "Fish", "🐸"), ("🐸", "Frog", "🐟"))
)


def test_a_file_is_checked_again_whenever_it_changes(tmp_path: Path) -> None:
    biome, said = tmp_path / "pond.yaml", tmp_path / "said.txt"
    biome.write_text(GOOD.replace("0.5", "much"), encoding="utf-8")
    with said.open("w", encoding="utf-8") as out:
        process = start(
            "content", "check", "--watch", str(biome), stdout=out, stderr=out
        )
        with process:
            wait_until(lambda: "waiting for changes" in said.read_text(), process)
            assert "errors: 2" in said.read_text(encoding="utf-8")
            biome.write_text(GOOD, encoding="utf-8")
            wait_until(lambda: said.read_text().count("waiting") == 2, process)
            assert "errors: 0" in said.read_text(encoding="utf-8")
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30.0) == 130
    assert "Traceback" not in said.read_text(encoding="utf-8")


def test_one_document_and_many_checks_exclude_each_other() -> None:
    done = run("content", "check", "--watch", "--json")
    assert done.returncode == 2
    assert "use one of them" in done.stderr
