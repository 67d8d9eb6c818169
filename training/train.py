"""Train the reader, in three stages: to find spans, then to be silent, then other wordings.

    python -m training.train reading --data ../shared/data
    python -m training.train silence --data ../shared/data
    python -m training.train wording --data ../shared/data --wordnet /usr/share/wordnet

The second begins with the weights of the first, the third with the mean of both. Each writes
OUT/STAGE/reader.pt, the weights at the end, and OUT/STAGE/curve.jsonl, the loss on the way.
Stopped at any time, the same command goes on from the last state (OUT/STAGE/state.pt).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn
from tqdm import tqdm

from retrieval.encoder.bundled import bundled_folder, bundled_pieces
from retrieval.encoder.pieces import WordPieces
from training.batches import Row, batches, rows, tensors
from training.mixture import READING, SILENCE, WORDING, Mixture, Shares
from training.model import ReaderModel, loss_of
from training.pack import mean_of
from training.wordings import Wordings

BATCH = 32
WARMUP = 300
DECAY = 0.01
SAVED = 500
"""Steps between two states on the disk."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What is seen, how often and in which order, and the rates for layers and heads."""

    shares: Shares
    seed: int
    passes: float
    rate: float
    head_rate: float


STAGES = {
    "reading": Stage(READING, 1, 1.7, 1.5e-4, 1e-3),
    "silence": Stage(SILENCE, 101, 1.5, 1.0e-4, 5e-4),
    "wording": Stage(WORDING, 301, 0.6, 8.0e-5, 4e-4),
}


def main() -> None:
    """Train until so many examples were seen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--out", type=Path, default=Path(".training"), help="where it is written")
    parser.add_argument("--passes", type=float, help="how often the data is seen")
    parser.add_argument("--sample", type=int, help="take so many questions of each set only")
    parser.add_argument(
        "--without",
        nargs="*",
        default=[],
        choices=[f.name for f in fields(Shares)],
        help="leave out",
    )
    parser.add_argument(
        "--wordnet",
        type=Path,
        default=Path("/usr/share/wordnet"),
        help="folder of WordNet's index and data files (Debian's package wordnet-base)",
    )
    options = parser.parse_args()
    stage = STAGES[options.stage]
    if options.stage == "wording" and not (options.wordnet / "index.noun").exists():
        parser.error(f"no WordNet in {options.wordnet}: install wordnet-base, or give --wordnet")
    if options.passes:
        stage = replace(stage, passes=options.passes)
    shares = replace(stage.shares, **dict.fromkeys(options.without, 0.0))
    wordings = Wordings(options.wordnet) if options.stage == "wording" else None
    mixture = Mixture(options.data, shares, sample=options.sample, wordings=wordings)
    torch.manual_seed(stage.seed)
    model = ReaderModel(bundled_folder())
    before = list(STAGES)[: list(STAGES).index(options.stage)]
    if before:
        weights = mean_of([options.out / name / "reader.pt" for name in before])
        model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    train(model, mixture, stage, options.out / options.stage)


def train(model: ReaderModel, mixture: Mixture, stage: Stage, out: Path) -> None:
    """Train a model, from the state in ``out`` where there is one."""
    out.mkdir(parents=True, exist_ok=True)
    optimizer = _optimizer(model, stage)
    pieces = bundled_pieces(bundled_folder())
    first = rows(pieces, mixture.examples(stage.seed))
    total = int(len(first) * stage.passes) // BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share(step, total))
    done = _resume(out / "state.pt", model, optimizer, schedule)
    kind = layer_type(torch.cpu.get_capabilities())
    print(f"Layers in {str(kind).removeprefix('torch.')}", file=sys.stderr)
    quick = deepcopy(model.encoder).to(kind) if kind != torch.float32 else None
    started, losses = time.monotonic(), []
    bar = tqdm(total=total, initial=done, unit="step", smoothing=0.02)
    for step, batch in enumerate(_stream(pieces, mixture, first, stage.seed), 1):
        if step <= done:
            continue
        made = tensors(batch)
        scores = model(made.ids, made.types, made.attention, quick)
        loss = loss_of(scores, made.mask, made.golds)
        torch.autograd.backward(loss)
        if quick:
            _move_gradients(quick, model.encoder)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if quick:
            _copy_weights(model.encoder, quick)
        losses.append(loss.item())
        bar.update()
        if step % 100 == 0 or step == total:
            mean = sum(losses) / len(losses)
            bar.set_postfix(loss=f"{mean:.3f}")
            _log(
                out,
                step=step,
                examples=step * BATCH,
                loss=round(mean, 4),
                s=time.monotonic() - started,
            )
            losses = []
        if step % SAVED == 0 or step == total:
            state = {"step": step, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**state, "schedule": schedule.state_dict()}, out / "state.tmp")
            (out / "state.tmp").replace(out / "state.pt")
        if step >= total:
            break
    torch.save(model.state_dict(), out / "reader.pt")


def layer_type(processor: Mapping[str, Any]) -> torch.dtype:
    """Give the type that the layers train in: bfloat16 where the processor multiplies in it.

    Elsewhere it is imitated, and takes eighty times as long as float32.
    """
    has = any(processor.get(name) for name in ("amx_bf16", "avx512_bf16"))
    return torch.bfloat16 if has else torch.float32


def _stream(
    pieces: WordPieces, mixture: Mixture, first: list[Row], seed: int
) -> Iterator[list[Row]]:
    drawn, number = first, 0
    while True:
        yield from batches(drawn, BATCH, random.Random(seed + number))
        number += 1
        drawn = rows(pieces, mixture.examples(seed + number))


def _optimizer(model: ReaderModel, stage: Stage) -> torch.optim.AdamW:
    heads, decayed, plain = [], [], []
    for name, weight in model.named_parameters():
        if not weight.requires_grad:
            continue
        if not name.startswith("encoder."):
            heads.append(weight)
        elif weight.ndim > 1:
            decayed.append(weight)
        else:
            plain.append(weight)
    return torch.optim.AdamW(
        [
            {"params": decayed, "lr": stage.rate, "weight_decay": DECAY},
            {"params": plain, "lr": stage.rate, "weight_decay": 0.0},
            {"params": heads, "lr": stage.head_rate, "weight_decay": 0.0},
        ],
        fused=True,
    )


def _move_gradients(quick: nn.Module, exact: nn.Module) -> None:
    """Take the gradients of the bfloat16 copy for the float32 weights that it stands for."""
    for copied, weight in zip(quick.parameters(), exact.parameters(), strict=True):
        if copied.grad is not None:
            weight.grad, copied.grad = copied.grad.float(), None


def _copy_weights(exact: nn.Module, quick: nn.Module) -> None:
    with torch.no_grad():
        for copied, weight in zip(quick.parameters(), exact.parameters(), strict=True):
            if weight.requires_grad:
                copied.copy_(weight)


def _share(step: int, total: int) -> float:
    """Give the share of the learning rate at a step: up, then down to nothing."""
    warmup = min(WARMUP, total // 10 + 1)
    return min((step + 1) / warmup, max(0.0, (total - step) / max(total - warmup, 1)))


def _resume(
    path: Path,
    model: ReaderModel,
    optimizer: torch.optim.AdamW,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])


def _log(out: Path, **figures: float) -> None:
    with (out / "curve.jsonl").open("a") as file:
        file.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
