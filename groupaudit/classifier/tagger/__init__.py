"""The learned model: reads a text piece by piece and says what it tells of whom.

``encoder`` cuts text into pieces with frozen features, ``composed`` joins a document's passages
into one text with flags for each piece, ``network`` runs the trained weights, ``judge`` ties them.
Trained by ``training/train.py``; described in ``docs/model-card.md``.
"""
