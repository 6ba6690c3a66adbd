"""What keeps a well-formed scenario from running."""

from __future__ import annotations

from collections.abc import Iterator

from spacewheat_sim.content.problems import Problem, suggestion
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.content.yaml.document import YamlDocument
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.lab.experiments import NAMES, get_experiment
from spacewheat_sim.lab.memory import memory_notice
from spacewheat_sim.lab.run_experiment import checked_parameters


def scenario_problems(document: YamlDocument, scenario: Scenario) -> Iterator[Problem]:
    """Yield the problems of a scenario's experiment and of its parameters."""
    if scenario.experiment not in NAMES:
        yield document.problem(
            ("experiment",),
            f"there is no experiment {scenario.experiment}",
            f"one of {', '.join(NAMES)}{suggestion(scenario.experiment, NAMES)}",
            kind="meaningless",
            rule="unknown-experiment",
        )
        return
    experiment = get_experiment(scenario.experiment)
    known = list(experiment.parameters.model_fields)
    alone = []
    for name, value in scenario.parameters.items():
        if name not in known:
            yield document.problem(
                ("parameters", name),
                f"{experiment.name} has no parameter {name}",
                f"one of {', '.join(known)}{suggestion(name, known)}",
                kind="meaningless",
                rule="unknown-parameter",
                at_key=True,
            )
            alone.append(name)
            continue
        try:
            checked_parameters(experiment, {name: value})
        except SpacewheatError as error:
            yield _refused(document, ("parameters", name), error)
            alone.append(name)
    if alone:
        return
    try:
        parameters = checked_parameters(experiment, scenario.parameters)
        if experiment.memory is not None:
            memory_notice(experiment.memory(parameters))
    except SpacewheatError as error:
        yield _refused(document, ("parameters",), error)


def _refused(
    document: YamlDocument, key_path: tuple[str, ...], error: SpacewheatError
) -> Problem:
    return document.problem(
        key_path,
        str(error).rstrip("."),
        "parameters with which the experiment runs",
        kind="meaningless",
        rule="parameter",
    )
