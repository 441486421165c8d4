"""Which networks are trained, in what order, and how long: the recipe of what ships.

Teachers are large and different from each other; what ships are the pupils that learn from them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.network import ALL, Shape

#: Augmented copies of each text, of which one (or the text itself) is drawn in each epoch.
COPIES = 8


@dataclass(frozen=True)
class Lesson:
    """The training of one network. ``words``: it reads words, each the mean of its pieces.

    ``blinded`` is the share of places whose embedding is hidden, and whose flags are, in training.
    """

    name: str
    shape: Shape
    seed: int
    epochs: int
    words: bool = True
    blinded: float = 0.08

    def lasting(self, epochs: int | None) -> Lesson:
        """The lesson with another number of epochs; itself for None."""
        return self if epochs is None else replace(self, epochs=epochs)


_FAR = (1, 2, ALL, 4, 8, ALL)
#: What they get wrong differs, so that their mean is better than any of them: one reads pieces with
#: the sentence encoder's convolutions over them, two words; one of these is recurrent.
TEACHERS = (
    Lesson("teacher-0", Shape(128, _FAR, context=True), 10, 8, words=False),
    Lesson("teacher-1", Shape(96, hidden=64), 12, 11),
    Lesson("teacher-2", Shape(128, _FAR), 13, 12),
)
#: What ships.
PUPILS = (Lesson("pupil", Shape(96, _FAR), 0, 16),)
