"""Runs kept: the checkpoint of the run in progress, the memory of finished ones, what changed."""
