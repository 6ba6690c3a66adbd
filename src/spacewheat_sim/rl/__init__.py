"""Gymnasium environments of challenges; importing this registers them.

Needs the extra ``rl``: ``pip install 'spacewheat-sim[rl]'``.
"""

from __future__ import annotations

from spacewheat_sim.rl.gymnasium_package import require_gymnasium

ENV_ID = "spacewheat_sim/Challenge-v0"


def _register() -> None:
    from gymnasium import register, registry

    if ENV_ID not in registry:
        register(
            ENV_ID,
            entry_point="spacewheat_sim.rl.env:ChallengeEnv",
            vector_entry_point="spacewheat_sim.rl.vector_env:ChallengeVectorEnv",
        )


require_gymnasium()
_register()
