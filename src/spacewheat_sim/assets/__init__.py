"""The color-emoji atlas that figures and the sandbox share."""
