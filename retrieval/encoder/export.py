"""Writing a sentence-transformers model as an ONNX graph."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def export_graph(model: SentenceTransformer, path: Path) -> None:
    """Write the model, its pooling included, from word pieces to unit vectors.

    Inputs are ``input_ids`` and ``attention_mask``, shape (batch, sequence), both free; the
    output is ``vectors``, shape (batch, dimension). Large weights go to a file beside ``path``.
    Raises whatever torch raises for a model that can't be exported.
    """
    import torch

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            return torch.nn.functional.normalize(self.model(features)["sentence_embedding"])

    ids = torch.ones(2, 7, dtype=torch.long)
    mask = torch.tensor([[1] * 7, [1] * 5 + [0] * 2])
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("sequence")}
    with _quiet():
        program = torch.onnx.export(
            Pipeline().eval(),
            (ids, mask),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_shapes=(axes, axes),
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    program.save(path, external_data=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's notices about itself from people who only asked a question."""
    notices = logging.getLogger("torch.onnx")
    level = notices.level
    notices.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        notices.setLevel(level)
