"""The colour-emoji atlas that figures and the sandbox share."""
