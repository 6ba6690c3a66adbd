"""Errors of environments, which are Gymnasium's too."""

from __future__ import annotations

from gymnasium import error

from spacewheat_sim.errors import ArgumentError


class ResetNeededError(ArgumentError, error.ResetNeeded):
    """There is no attempt to go on with: the environment must be reset first."""


class InvalidActionError(ArgumentError, error.InvalidAction):
    """An action has the wrong type, shape or value."""
