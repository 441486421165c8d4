"""What a network is corrected by: the labels of a text, and what the teachers make of it."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from training.batches import Batch, Logits

#: How far certainty is taken out of the labels, some of which are disputable.
SMOOTHING = 0.08
#: What a tagged piece weighs against an untagged one, of health and of persons; a category seen.
TAG_WEIGHTS, CATEGORY_WEIGHT = (2.0, 3.0), 3.0
#: What the categories weigh against the verdict.
CATEGORY_SHARE = 0.3
#: What the teachers weigh against the labels, and by how much their verdicts are softened (Hinton,
#: Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015).
TEACHING, TEMPERATURE = 0.7, 2.0
#: What the teachers' tags weigh against their verdicts.
TAUGHT_TAGS = 4.0


def loss(told: Logits, batch: Batch) -> Tensor:
    """How wrong ``told`` is: against the labels alone where ``batch`` has no teachers' answers."""
    labelled = _by_labels(told, batch)
    if batch.answers is None:
        return labelled
    return (1 - TEACHING) * labelled + TEACHING * _by_teachers(told, batch.answers, batch.mask)


def _by_labels(told: Logits, batch: Batch) -> Tensor:
    verdicts = F.cross_entropy(told.verdicts, batch.verdicts, label_smoothing=SMOOTHING)
    tags = F.binary_cross_entropy_with_logits(
        told.tags, batch.tags, pos_weight=told.tags.new_tensor(TAG_WEIGHTS), reduction="none"
    )
    categories = F.binary_cross_entropy_with_logits(
        told.categories, batch.categories, pos_weight=told.categories.new_tensor(CATEGORY_WEIGHT)
    )
    marked = batch.mask * batch.spans[:, None]
    return verdicts + _mean(tags, marked) + CATEGORY_SHARE * categories


def _by_teachers(told: Logits, taught: Logits, mask: Tensor) -> Tensor:
    verdicts = F.kl_div(
        F.log_softmax(told.verdicts / TEMPERATURE, -1),
        F.softmax(taught.verdicts / TEMPERATURE, -1),
        reduction="batchmean",
    )
    tags = F.binary_cross_entropy_with_logits(told.tags, taught.tags.sigmoid(), reduction="none")
    categories = F.binary_cross_entropy_with_logits(told.categories, taught.categories.sigmoid())
    # Softened logits have gradients smaller by the square of the temperature.
    return verdicts * TEMPERATURE**2 + TAUGHT_TAGS * _mean(tags, mask) + categories


def _mean(tags: Tensor, counted: Tensor) -> Tensor:
    """The mean over both tags of the pieces that count."""
    return (tags.mean(-1) * counted).sum() / counted.sum().clamp(min=1)
