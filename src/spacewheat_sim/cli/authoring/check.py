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

    from spacewheat_sim.content.problems import Problem
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
    problems, errors = report.problems, report.errors
    results: dict[str, tuple[ClaimResult, ...]] = {}
    if claims and not errors:
        results, unanswered = _answered_claims(paths)
        problems, errors = (*problems, *unanswered), len(unanswered)
    if json:
        found: dict[str, Any] = {"files": report.files}
        found["problems"] = [asdict(problem) for problem in problems]
        if claims:
            found["claims"] = {
                name: [asdict(result) for result in each]
                for name, each in results.items()
            }
        write_json(found)
    else:
        sys.stdout.writelines(f"{problem}\n" for problem in problems)
        for name, each in results.items():
            sys.stdout.writelines(f"{name}: {result}\n" for result in each)
    failed = sum(not result.holds for each in results.values() for result in each)
    count = sum(map(len, results.values()))
    sys.stderr.write(
        f"files: {report.files}, errors: {errors}, warnings: {report.warnings}"
        + (f", claims: {count}, failed: {failed}" if claims else "")
        + "\n"
    )
    if errors:
        return UNUSABLE
    return DIFFERENT if failed else DONE


def _answered_claims(
    paths: tuple[Path, ...],
) -> tuple[dict[str, tuple[ClaimResult, ...]], list[Problem]]:
    """Return the claims of biomes by their file, and those that have no value."""
    from spacewheat_sim.content.checks.check import biome_files
    from spacewheat_sim.content.folders import show_path
    from spacewheat_sim.content.yaml.loader import load_yaml
    from spacewheat_sim.engine.compile import load_biome
    from spacewheat_sim.engine.quantities.claims import claims_in

    found: dict[str, tuple[ClaimResult, ...]] = {}
    problems: list[Problem] = []
    for path in biome_files(paths):
        document = load_yaml(path, show_path(path))
        results, unanswered = claims_in(document, load_biome(path))
        problems += unanswered
        if results:
            found[str(path)] = results
    return found, problems
