"""The YAML language server with the schemas of the content, as editors run it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from language_client import SERVER, LanguageServer

from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.schema.files import known_names, schema_name, schema_text
from spacewheat_sim.content.schema.schema import MODELS, file_schema
from spacewheat_sim.lab.scenario_schema import experiment_schemas


@pytest.fixture(scope="session")
def schemas(tmp_path_factory) -> dict[str, Path]:
    """The file of each kind's schema."""
    folder = tmp_path_factory.mktemp("schemas")
    known = known_names(IconRegistry.builtin(), experiment_schemas())
    for kind in MODELS:
        text = schema_text(file_schema(kind, known))
        (folder / schema_name(kind)).write_text(text, encoding="utf-8")
    return {kind: folder / schema_name(kind) for kind in MODELS}


@pytest.fixture(scope="session")
def server(schemas):
    """A server that knows a document's kind by its name, ``KIND--NAME.yaml``.

    Where it is not installed, the tests are skipped; but CI, which says that it has all
    tools, fails.
    """
    if shutil.which("node") is None or not SERVER.exists():
        missing = pytest.fail if os.environ.get("ALL_TEST_TOOLS") else pytest.skip
        missing("there is no language server: npm ci --prefix tests/language_server")
    places = {path.as_uri(): f"**/{kind}--*.yaml" for kind, path in schemas.items()}
    with LanguageServer(places) as running:
        yield running
