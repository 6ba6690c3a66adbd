"""``spacewheat content check``: what is wrong in files, once or at every change."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from spacewheat_sim.cli.arguments import Flag, PathWord
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.errors import ArgumentError, SpacewheatError
from spacewheat_sim.exit_codes import DIFFERENT, DONE, UNUSABLE

if TYPE_CHECKING:
    from pathlib import Path

    from spacewheat_sim.engine.quantities.claims import ClaimResult


def check(
    *paths: PathWord, claims: Flag = False, watch: Flag = False, json: Flag = False
) -> int:
    """Report all problems of icons, biomes, scenarios and challenges.

    Args:
        paths: Files and folders; the built-in content by default.
        claims: Evaluate what each biome claims, too; exit 3 where a claim fails.
        watch: Check again whenever a file changes, until Ctrl-C.
        json: Print one JSON document.
    """
    if not watch:
        return _checked(paths, claims=claims, json=json)
    if json:
        raise ArgumentError(
            "--watch checks again and again, and --json prints one document: use one "
            "of them"
        )
    _follow(paths, claims=claims)
    return DONE


def _follow(paths: tuple[Path, ...], *, claims: bool) -> None:
    """Check again whenever a file changes."""
    from spacewheat_sim.content.folders import content_folder, yaml_files
    from spacewheat_sim.content.watch import INTERVAL, Watch

    given = paths or (content_folder("icons"), content_folder("biomes"))
    watch = Watch(lambda: yaml_files(given))
    while True:
        try:
            _checked(paths, claims=claims, json=False)
        except SpacewheatError as error:  # what is half written is whole soon
            sys.stderr.write(f"{error}\n")
        sys.stderr.write(f"{time.strftime('%H:%M:%S')}: waiting for changes; Ctrl-C\n")
        sys.stdout.flush()
        sys.stderr.flush()
        while not watch.changed(INTERVAL):
            time.sleep(INTERVAL)


def _checked(paths: tuple[Path, ...], *, claims: bool, json: bool) -> int:
    from spacewheat_sim.content.checks.check import check_content
    from spacewheat_sim.engine.challenges.compiled import playing_problems
    from spacewheat_sim.lab.scenario_problems import scenario_problems

    report = check_content(paths, scenario_problems, playing_problems)
    results = _evaluated_claims(paths) if claims and not report.errors else {}
    if json:
        found: dict[str, Any] = {"files": report.files}
        found["problems"] = [asdict(problem) for problem in report.problems]
        if claims:
            found["claims"] = {
                name: [asdict(result) for result in each]
                for name, each in results.items()
            }
        write_json(found)
    else:
        sys.stdout.writelines(f"{problem}\n" for problem in report.problems)
        for name, each in results.items():
            sys.stdout.writelines(f"{name}: {result}\n" for result in each)
    failed = sum(not result.holds for each in results.values() for result in each)
    count = sum(map(len, results.values()))
    sys.stderr.write(
        f"files: {report.files}, errors: {report.errors}, warnings: {report.warnings}"
        + (f", claims: {count}, failed: {failed}" if claims else "")
        + "\n"
    )
    if report.errors:
        return UNUSABLE
    return DIFFERENT if failed else DONE


def _evaluated_claims(paths: tuple[Path, ...]) -> dict[str, tuple[ClaimResult, ...]]:
    """Return the claims of the biomes among files and folders, by the biome's file."""
    from spacewheat_sim.content.checks.check import biome_files
    from spacewheat_sim.engine.compile import load_biome
    from spacewheat_sim.engine.quantities.claims import check_claims

    found = {}
    for path in biome_files(paths):
        results = check_claims(load_biome(path))
        if results:
            found[str(path)] = results
    return found
