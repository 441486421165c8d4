"""The whole training, very small: from texts to networks that the classifier can run."""

from __future__ import annotations

import json
from collections import Counter
from itertools import cycle, islice

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
onnx = pytest.importorskip("onnx", reason="training needs the extra `train`")

from groupaudit.classifier.tagger.composed import FLAGS  # noqa: E402 - after the skips
from groupaudit.classifier.tagger.network import loaded  # noqa: E402
from groupaudit.classifier.tagger.pieces import EMBEDDING  # noqa: E402
from groupaudit.model.finding import Verdict  # noqa: E402
from training import crossed, score, train  # noqa: E402
from training.data import examples  # noqa: E402
from training.export import shipped  # noqa: E402
from training.network import ALL, Convolutional, Shape  # noqa: E402
from training.texts import CATEGORIES, digest, read  # noqa: E402

KINDS = [
    {
        "label": "identifiable_health",
        "text": "Mme {name} vue ce jour : cancer du sein, chute hier.",
        "health_spans": ["cancer du sein", "chute"],
        "person_spans": ["Mme {name}"],
        "categories": ["name", "cancer"],
    },
    {"label": "ordinary", "text": "La réunion de {name} est déplacée à jeudi, salle bleue."},
    {"label": "health_generic", "text": "Rappel {name} : le vaccin contre la grippe est arrivé."},
]
NAMES = ["Durand", "Martin", "Petit", "Moreau", "Girard", "Lambert", "Fontaine", "Rousseau"]


def _line(number, kind, name):
    row = {"id": str(number), "subject": "Info", "health_spans": [], "person_spans": [], **kind}
    row["person_spans"] = [span.format(name=name) for span in row["person_spans"]]
    return json.dumps(row | {"text": row["text"].format(name=name)})


@pytest.fixture
def texts(tmp_path):
    """A folder of two files of invented texts: one to learn, one to hold out."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, count in (("learned", 24), ("held", 6)):
        kinds, names = islice(cycle(KINDS), count), cycle(NAMES)
        lines = [_line(*each) for each in zip(range(count), kinds, names, strict=False)]
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def train_small(monkeypatch, texts, tmp_path):
    """Runs the command on ``texts`` with two short-lived teachers; gives the folder it fills."""
    torch.set_num_threads(1)  # so small a training is not worth two
    monkeypatch.setattr(train, "surnames", lambda: NAMES)
    monkeypatch.setattr(train, "unlearned", list)

    def run(out):
        train.main([
            *("--texts", str(texts), "--hold", "held", "--teachers", "1", "--copies", "1"),
            *("--epochs", "2", "--device", "cpu", "--work", str(tmp_path / "work")),
            *("--beside", "1", "--out", str(tmp_path / out)),
        ])  # fmt: skip
        return tmp_path / out

    return run


def test_training_writes_networks_that_the_classifier_runs(train_small, texts):
    out = train_small("out")
    networks = loaded(out)

    for example in examples(read(texts / "held.jsonl")):
        given = example.ids.astype(np.int64), example.flags.astype(np.float32)
        told = networks.read(*given)

        assert told.verdicts.sum() == pytest.approx(1, abs=1e-5)
        assert told.categories.shape == (len(CATEGORIES),)
        assert told.tags.shape == (len(example), 2)


def test_shipped_pupils_answer_as_they_did_in_training():
    torch.manual_seed(0)
    inputs = EMBEDDING + len(FLAGS)
    pupils = [Convolutional(inputs, Shape(12, (1, ALL, 2))).eval() for _ in range(3)]
    generator = torch.Generator().manual_seed(1)
    features = torch.randn(1, 40, inputs, generator=generator)
    deviation = torch.rand(EMBEDDING, generator=generator) + 0.5
    mean = torch.randn(EMBEDDING, generator=generator)
    learned = features.clone()
    learned[..., :EMBEDDING] = (features[..., :EMBEDDING] - mean) / deviation
    with torch.no_grad():
        answers = [pupil(learned, torch.ones(1, 40)) for pupil in pupils]
    expected = [torch.stack(each).mean(0)[0] for each in zip(*answers, strict=True)]

    arrays, model = shipped(pupils, mean, deviation)
    weights = np.concatenate([arrays["embedding"], arrays["flags"]]).astype(np.float32)
    projected = features.numpy() @ weights + arrays["bias"].astype(np.float32)
    told = onnxruntime.InferenceSession(model).run(None, {"features": projected})

    for one, other in zip(told, expected, strict=True):
        np.testing.assert_allclose(one, other.numpy(), atol=0.02)  # projections have 16 bits


def test_convolutions_are_shipped_as_products_of_8_bits():
    torch.manual_seed(0)
    pupil = Convolutional(EMBEDDING + len(FLAGS), Shape(16, (1, ALL, 2, 4))).eval()

    _, model = shipped([pupil], torch.zeros(EMBEDDING), torch.ones(EMBEDDING))

    graph = onnx.load_from_string(model).graph
    weights = {each.name: each for each in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMulInteger"]
    assert len(products) == 3
    for node in products:
        assert weights[node.input[1]].data_type == onnx.TensorProto.INT8
        whole = onnx.numpy_helper.to_array(weights[node.input[1]]).astype(int)
        assert abs(whole).max() <= 64  # a processor adds two products of 255 by 64 in 16 bits
    assert not any(node.op_type == "Conv" for node in graph.node)


def test_padding_changes_no_answer():
    torch.manual_seed(0)
    network = Convolutional(20, Shape(12, (1, ALL, 2))).eval()
    features = torch.randn(1, 9, 20, generator=torch.Generator().manual_seed(1))
    padded = torch.cat([features, torch.ones(1, 5, 20)], 1)
    mask = torch.cat([torch.ones(1, 9), torch.zeros(1, 5)], 1)
    with torch.no_grad():
        alone, filled = network(features, mask[:, :9]), network(padded, mask)

    for one, other in zip(alone, filled, strict=True):
        np.testing.assert_allclose(one, other[:, :9] if other.dim() == 3 else other, atol=1e-5)


def test_training_records_what_was_learned_and_reached(train_small, texts):
    record = json.loads((train_small("out") / "model.json").read_text("utf-8"))

    assert record["data"] == ["learned.jsonl"]
    assert record["data_digest"] == digest([texts / "learned.jsonl"])
    assert record["verdicts"] == [verdict.value for verdict in Verdict]
    assert record["categories"] == list(CATEGORIES)
    assert record["flags"] == list(FLAGS)
    assert record["metrics"]["networks_alone"]["held"]["texts"] == 6


def test_training_goes_on_from_kept_answers_to_the_same_networks(train_small, tmp_path, caplog):
    first = train_small("first")
    caplog.clear()
    with caplog.at_level("INFO", logger="training"):
        second = train_small("second")

    assert "teacher-0: answers kept from an earlier run" in caplog.messages
    assert not any(message.startswith("teacher-0: epoch") for message in caplog.messages)
    for path in sorted(first.glob("*.onnx")):
        assert path.read_bytes() == (second / path.name).read_bytes()


@pytest.mark.parametrize("most", ["1", "2"])
def test_every_text_is_read_by_networks_that_never_saw_its_file(
    monkeypatch, texts, tmp_path, caplog, most
):
    monkeypatch.setattr(crossed, "surnames", lambda: NAMES)
    out = tmp_path / "told.jsonl"
    with caplog.at_level("INFO", logger="training"):
        crossed.main([
            *("--texts", str(texts), "--groups", "2", "--teachers", "1", "--copies", "1"),
            *("--epochs", "1", "--device", "cpu", "--work", str(tmp_path / "work")),
            *("--beside", most, "--out", str(out)),
        ])  # fmt: skip

    told = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert Counter(each["source"] for each in told) == {"learned": 24, "held": 6}
    assert {each["verdict"] for each in told} <= {verdict.value for verdict in Verdict}
    assert any(message.startswith("| all | 30 |") for message in caplog.messages)


def test_files_are_dealt_into_groups_of_about_the_same_size(tmp_path):
    sizes = {"a": 90, "b": 50, "c": 50, "d": 10}
    for name, size in sizes.items():
        (tmp_path / name).write_text("x" * size)
    hands = crossed.dealt(sorted(tmp_path.iterdir()), 2)

    assert [[file.name for file in hand] for hand in hands] == [["a", "d"], ["b", "c"]]
    with pytest.raises(SystemExit, match="from 2 to 4"):
        crossed.dealt(sorted(tmp_path.iterdir()), 5)


def test_training_without_texts_says_what_to_do(tmp_path):
    with pytest.raises(SystemExit, match="--texts"):
        train.main(["--texts", str(tmp_path)])


def test_score_adds_figures_of_the_whole_classifier_to_the_record(monkeypatch, texts, tmp_path):
    monkeypatch.setattr(score, "unlearned", lambda: read(texts / "held.jsonl"))
    path = tmp_path / "model.json"
    path.write_text('{"metrics": {"networks_alone": {}}}', encoding="utf-8")

    score.main(["--out", str(tmp_path)])

    metrics = json.loads(path.read_text("utf-8"))["metrics"]
    assert metrics["networks_alone"] == {}
    assert metrics["whole_classifier"]["held"]["texts"] == 6
    assert metrics["whole_classifier"]["held"]["recall"] == 1
