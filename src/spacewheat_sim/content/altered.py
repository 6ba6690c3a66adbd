"""Refuses models that were altered without their checks."""

from __future__ import annotations

from pydantic import ValidationError

from spacewheat_sim.content.model import ContentModel
from spacewheat_sim.content.schema_errors import problem_text
from spacewheat_sim.errors import ArgumentError


def check_altered(model: ContentModel, *, called: str) -> None:
    """Refuse a model that was altered without its checks, as ``model_copy`` does.

    Args:
        model: The model.
        called: What errors call it.

    Raises:
        ArgumentError: A field is malformed, or an icon's breaks a rule.
    """
    data = model.model_dump(exclude_unset=True, warnings=False)
    try:
        type(model).model_validate(data)
    except ValidationError as error:
        raise ArgumentError(
            f"{called} is not valid: {problem_text(type(model), error)}; change "
            "numbers with `with_`, which checks them"
        ) from None
