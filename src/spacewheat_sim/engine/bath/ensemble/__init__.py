"""Many independent trajectories of one bath, and their means with error bars."""
