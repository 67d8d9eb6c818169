"""The reader as torch trains it: the six layers of all-MiniLM-L6-v2 and heads for spans.

``[CLS]`` stands for "no answer": a span's score is compared with that of the span that
begins and ends there (Devlin et al. 2019, BERT, section 4.3). The score of a span adds to
those of its start and its end what both have to do with one another (a bilinear term, as
Lee et al. 2016 have it in "Learning recurrent span representations"), so that the start of
one name of a list isn't taken with the end of another.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from retrieval.reader.spans import LONGEST
from retrieval.reader.weights import PAIR

NEVER = -1e4


class ReaderModel(nn.Module):
    """Scores every span of a text for a question."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            str(base), add_pooling_layer=False, hidden_dropout_prob=0.0
        )
        self.encoder.embeddings.word_embeddings.requires_grad_(False)
        self.encoder.embeddings.position_embeddings.requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.ends = nn.Linear(width, 2)
        self.pair = nn.Linear(width, 2 * PAIR)

    def forward(
        self, ids: Tensor, types: Tensor, attention: Tensor, encoder: BertModel | None = None
    ) -> Tensor:
        """Give the scores of spans, (batch, length, length).

        The span from i to j (inclusive) stands at [i, j]; whether it may be one is not
        looked at (see ``span_mask``). All inputs have the shape (batch, length). ``encoder``
        takes the place of the model's own: a copy in bfloat16 while training.
        """
        states = encode(encoder or self.encoder, ids, types, attention).float()
        start, end = self.ends(states).unbind(-1)
        left, right = self.pair(states).split(PAIR, -1)
        fit = left @ right.transpose(1, 2) / PAIR**0.5
        scores: Tensor = start[:, :, None] + end[:, None, :] + fit
        return scores


def encode(bert: BertModel, ids: Tensor, types: Tensor, attention: Tensor) -> Tensor:
    """Run BERT's layers, as transformers does, in the type of its weights.

    Written out because that trains half as fast again on a CPU: one product for queries,
    keys and values, and no detour over float32 in the softmax. No dropout.
    """
    states: Tensor = bert.embeddings(input_ids=ids, token_type_ids=types)
    batch, length, width = states.shape
    heads = bert.config.num_attention_heads
    size = width // heads
    hidden = ((1 - attention) * NEVER).to(states.dtype)[:, None, None, :]
    bias = hidden.expand(batch, heads, 1, length).reshape(batch * heads, 1, length)
    for layer in bert.encoder.layer:
        asked = layer.attention.self
        linears = (asked.query, asked.key, asked.value)
        weight = torch.cat([linear.weight for linear in linears])
        offset = torch.cat([linear.bias for linear in linears])
        projected = functional.linear(states, weight, offset)
        split = projected.view(batch, length, 3, heads, size).permute(2, 0, 3, 1, 4)
        query, key, value = split.reshape(3, batch * heads, length, size)
        shares = torch.baddbmm(bias, query * size**-0.5, key.transpose(1, 2)).softmax(-1)
        mixed = (shares @ value).view(batch, heads, length, size).transpose(1, 2)
        after = layer.attention.output
        states = after.LayerNorm(after.dense(mixed.reshape(batch, length, width)) + states)
        wide = functional.gelu(layer.intermediate.dense(states))
        states = layer.output.LayerNorm(layer.output.dense(wide) + states)
    return states


def span_mask(text: Tensor, lengths: Tensor, size: int) -> Tensor:
    """Tell which spans may be: within the text, not too long; and [0, 0] for no answer.

    ``text`` and ``lengths`` give where the texts start and the rows end, shape (batch,).
    """
    places = torch.arange(size)
    inside = (places >= text[:, None]) & (places < lengths[:, None] - 1)
    apart = places[None, :] - places[:, None]
    band = (apart >= 0) & (apart < LONGEST)
    mask = inside[:, :, None] & inside[:, None, :] & band
    mask[:, 0, 0] = True
    return mask


def loss_of(scores: Tensor, mask: Tensor, golds: Tensor) -> Tensor:
    """Give the mean loss of a batch.

    ``golds`` (batch, length, length) hold the shares of the spans that are right: they sum
    to 1, and lie on [0, 0] where there is no answer.
    """
    spans = scores.masked_fill(~mask, NEVER).flatten(1).log_softmax(1)
    return -(golds.flatten(1) * spans).sum(1).mean()
