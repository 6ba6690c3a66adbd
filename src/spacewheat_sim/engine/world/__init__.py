"""Several baths on one clock, with plots, commands, events and snapshots."""
