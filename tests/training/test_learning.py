"""What networks are trained on: batches, words, and what they are corrected by."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")

from groupaudit.classifier.tagger.composed import FLAGS  # noqa: E402 - after the skip
from groupaudit.classifier.tagger.pieces import embeddings  # noqa: E402
from groupaudit.model.finding import Verdict  # noqa: E402
from training.augment import Augmenter  # noqa: E402
from training.batches import Answer, Logits, Taught, batches, epoch, padded  # noqa: E402
from training.data import Example, examples  # noqa: E402
from training.encoder import Features  # noqa: E402
from training.loss import loss  # noqa: E402
from training.texts import CATEGORIES, Labelled  # noqa: E402
from training.words import in_words  # noqa: E402

CPU = torch.device("cpu")
WORD = FLAGS.index("word")


def _example(beginnings, *, verdict=0, spans=True, source="made"):
    """A text whose pieces begin a word where ``beginnings`` is 1."""
    count = len(beginnings)
    flags = np.zeros((count, len(FLAGS)), dtype=np.uint8)
    flags[:, WORD] = beginnings
    return Example(
        source=source,
        verdict=verdict,
        ids=np.arange(1, count + 1, dtype=np.int32),
        flags=flags,
        tags=np.tile(np.array([[0, 1]], dtype=np.uint8), (count, 1)),
        categories=np.zeros(len(CATEGORIES), dtype=np.uint8),
        spans=spans,
    )


def _answer(example, verdict):
    verdicts = np.full(len(Verdict), -4.0, dtype=np.float32)
    verdicts[verdict] = 4.0
    tags = np.tile(np.array([[-5.0, 5.0]], dtype=np.float16), (len(example), 1))
    return Answer(verdicts, np.full(len(CATEGORIES), -5.0, dtype=np.float32), tags)


def _told(batch, verdict, tags=(-5.0, 5.0)):
    """Logits of a network that is sure of ``verdict`` and of ``tags`` everywhere."""
    verdicts = torch.full((len(batch.verdicts), len(Verdict)), -4.0)
    verdicts[:, verdict] = 4.0
    pieces = torch.tensor(tags).expand(*batch.mask.shape, 2)
    return Logits(verdicts, torch.full((len(verdicts), len(CATEGORIES)), -5.0), pieces)


def test_every_text_is_learned_once_an_epoch_as_itself_or_a_copy():
    originals = [Taught(_example([1] * (1 + n % 7))) for n in range(100)]
    copied = [Taught(_example([1] * (2 + n % 7))) for n in range(100)]
    drawn = [text for batch in epoch([originals, copied], random.Random(1)) for text in batch]

    whose = {id(text): n for group in (originals, copied) for n, text in enumerate(group)}
    assert sorted(whose[id(text)] for text in drawn) == list(range(100))
    assert 15 <= sum(any(text is one for one in originals) for text in drawn) <= 45


def test_batches_hold_texts_of_like_length():
    texts = [Taught(_example([1] * length)) for length in range(1, 400)]
    for batch in batches(texts, random.Random(0)):
        lengths = [len(text.example) for text in batch]
        assert max(lengths) - min(lengths) < 120


def test_padding_is_masked():
    batch = padded([Taught(_example([1, 1, 1])), Taught(_example([1]))], CPU)

    assert batch.mask.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch.ids.tolist() == [[1, 2, 3], [1, 0, 0]]
    assert batch.answers is None


def test_words_are_joined_as_the_classifier_joins_them():
    texts = [_example([0, 1, 0, 0, 1]), _example([1, 0])]
    taught = [Taught(text, _answer(text, 0)) for text in texts]
    features = Features(texts)

    words, bags = in_words(padded(taught, CPU))
    means = features.words(bags, words.mask)

    pieces = (torch.tensor(embeddings()(np.arange(6))) - features.mean) / features.deviation
    made = [[[1], [2, 3, 4], [5]], [[1, 2]]]
    for row, text in zip(means, made, strict=True):
        expected = torch.stack([pieces[word].mean(0) for word in text])
        torch.testing.assert_close(row[: len(text)], expected, atol=0.02, rtol=0)  # of 16 bits
        assert not row[len(text) :].any()
    assert words.mask.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert words.flags[..., WORD].tolist() == [[0, 1, 1], [1, 0, 0]]
    assert words.tags[..., 1].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert words.answers.tags[1, :, 1].tolist() == [5.0, -9.0, -9.0]


def test_loss_is_lower_for_what_the_label_says():
    batch = padded([Taught(_example([1, 1], verdict=0))], CPU)

    assert loss(_told(batch, 0), batch) < loss(_told(batch, 4), batch)
    assert loss(_told(batch, 0), batch) < loss(_told(batch, 0, (5.0, -5.0)), batch)


def test_tags_are_not_corrected_by_texts_whose_spans_are_unknown():
    batch = padded([Taught(_example([1, 1], spans=False))], CPU)

    assert loss(_told(batch, 0), batch) == loss(_told(batch, 0, (5.0, -5.0)), batch)


def test_teachers_outweigh_a_label_that_they_dispute():
    text = _example([1, 1, 1], verdict=4)
    batch = padded([Taught(text, _answer(text, 0))], CPU)

    assert loss(_told(batch, 0), batch) < loss(_told(batch, 4), batch)


def test_copies_keep_their_spans_and_labels():
    item = Labelled(
        source="made",
        id="1",
        verdict=Verdict.IDENTIFIABLE_HEALTH,
        sender="",
        subject="Chambre 12",
        text="Mme Durand, née le 03/04/1950, a chuté hier : fracture du col.",
        categories=frozenset({"name", "dob", "diagnosis"}),
        health=("a chuté", "fracture du col"),
        person=("Mme Durand", "née le 03/04/1950"),
    )
    others = {verdict: ["La réunion est à dix heures."] for verdict in Verdict}
    augment = Augmenter(3, ["PETIT", "MOREAU"], others)
    copied = [augment(item) for _ in range(60)]
    for one in copied:
        plain = one.text.replace("\n> ", " ").replace("\n", " ")
        assert all(span in plain for span in (*one.health, *one.person))
    for made in examples(copied, processes=1):
        assert made.verdict == 0
        assert made.tags.any(axis=0).all()


def test_copies_are_the_same_in_every_process():
    told = "M. Paul Girard et Mme Anne Lambert, voisins de M. Luc Fontaine et de Mme Eva Petit"
    program = (
        "from training.augment import Augmenter\n"
        "from training.texts import Labelled\n"
        "from groupaudit.model.finding import Verdict\n"
        f"told = {told!r}\n"
        "item = Labelled('s', '1', Verdict.IDENTITY_ONLY, '', '', told, frozenset(), (), (told,))\n"
        "names = [f'NOM{chr(65 + n)}' for n in range(26)]\n"
        "copy = Augmenter(3, names, {each: ['x'] for each in Verdict})\n"
        "print([copy(item).text for _ in range(8)])\n"
    )
    copies = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(copies) == 1
