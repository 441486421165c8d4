"""Which networks are trained, in what order, and how long: the recipe of what ships.

Teachers are large and different from each other; what ships are the pupils that learn from them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.network import CAREFUL, QUICK, Shape

#: Augmented copies of each text, of which one (or the text itself) is drawn in each epoch.
COPIES = 8


@dataclass(frozen=True)
class Lesson:
    """The training of one network. ``words``: it reads words, each the mean of its pieces.

    ``blinded`` is the share of pieces whose embedding is hidden, and whose flags are, in training.
    """

    name: str
    shape: Shape
    seed: int
    epochs: int
    words: bool = False
    blinded: float = 0.08

    def lasting(self, epochs: int | None) -> Lesson:
        """The lesson with another number of epochs; itself for None."""
        return self if epochs is None else replace(self, epochs=epochs)


#: Three that read the sentence encoder's convolutions, two that read embeddings, and one without
#: memory: what they get wrong differs, so that their mean is better than any of them.
TEACHERS = (
    Lesson("teacher-0", Shape(192, 160, 2, context=True), 10, 14),
    Lesson("teacher-1", Shape(256, 256, 2, context=True), 11, 14),
    Lesson("teacher-2", Shape(192, 160, 2, context=True), 12, 14, blinded=0.1),
    Lesson("teacher-3", Shape(192, 160, 2), 13, 14),
    Lesson("teacher-4", Shape(192, 224, 2), 14, 14),
    Lesson("teacher-5", Shape(128, 0, 0), 15, 24, blinded=0.05),
)
QUICK_PUPIL = Lesson("quick", QUICK, 0, 24, words=True)
#: The seeds are those of three of six pupils (docs/model-card.md tells how they were chosen).
CAREFUL_PUPILS = tuple(
    Lesson(f"careful-{number}", CAREFUL, seed, 24) for number, seed in enumerate((1, 3, 4))
)
