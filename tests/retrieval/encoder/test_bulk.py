"""Passages in bfloat16, where OpenVINO is installed and the processor has it."""

import numpy as np
import pytest

from retrieval.encoder import BUNDLED, bulk, load_encoder, precision
from retrieval.encoder.bundled import bundled_folder, load_bundled
from retrieval.encoder.session import MANY

PASSAGES = [
    "Finland joined NATO on Tuesday, April 4, 2023, 74 years after its founding.",
    "The Razoni, flying the flag of Sierra Leone, carried 26,000 tonnes of corn.",
    "Kuleba told reporters that there had been “no progress” towards a truce.",
    "Çavuşoğlu, Ankara'da Yunan mevkidaşıyla görüştü.",
    "Yes.",
    "A sentence that goes on, and on, until no model takes all of it. " * 40,
]
QUESTIONS = ["When did Finland join NATO?", "What did the Razoni carry?", "What did Kuleba say?"]


@pytest.mark.skipif(not bulk.is_here(), reason="needs the extra “fast” and bfloat16")
def test_passages_in_bf16_are_those_of_fp32() -> None:
    fast, slow = (load_bundled(bundled_folder(), 1, exact) for exact in (False, True))
    mine, theirs = fast.encode(PASSAGES), slow.encode(PASSAGES)
    assert not np.array_equal(mine, theirs)
    assert (mine * theirs).sum(axis=1).min() >= 0.9999
    assert np.allclose(np.linalg.norm(mine, axis=1), 1, atol=1e-6)
    assert fast.fingerprint == slow.fingerprint
    asked = fast.encode(QUESTIONS)
    assert len(QUESTIONS) < MANY
    assert np.array_equal(asked, slow.encode(QUESTIONS))
    assert (asked @ mine.T).argmax(axis=1).tolist() == [0, 1, 2]
    assert (asked @ theirs.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_the_precision_is_told() -> None:
    fast = "fp32, passages in bf16 (OpenVINO)"
    assert precision(BUNDLED) == (fast if bulk.is_here() else "fp32")
    assert precision("another/model") == "fp32"
    assert load_encoder().encode(PASSAGES).shape == (len(PASSAGES), 384)
