"""Where the chain from one landing of a jump to the next settles."""
