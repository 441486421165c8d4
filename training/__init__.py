"""Trains the classifier's model. Needs the extra ``train`` (PyTorch); not part of the package."""
