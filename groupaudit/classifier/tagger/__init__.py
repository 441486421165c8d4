"""The learned model: reads a text piece by piece and says what it tells of whom.

``pieces`` cuts text up and gives the frozen embedding of each piece, ``composed`` joins passages
into one text with flags for each piece, ``network`` runs the trained weights, ``judge`` ties them.
Trained by ``training/train.py``; described in ``docs/model-card.md``.
"""
