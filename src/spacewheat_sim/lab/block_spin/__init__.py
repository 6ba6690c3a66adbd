"""The experiment of block-spin flows, part by part."""
