"""Peers are asked over one sample: a question's articles first, others to fill it."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.peers.__main__ import sample


def test_a_sample_holds_the_articles_of_its_questions(tmp_path: Path) -> None:
    articles = [{"id": str(n), "title": f"T{n}", "text": f"Text {n}."} for n in range(30)]
    questions = [
        {
            "id": f"q{n}",
            "question": f"What is {n}?",
            "answers": [str(n)],
            "doc_ids": [str(n)],
            "evidence": [f"Text {n}."],
            "answerable": True,
        }
        for n in range(0, 30, 3)
    ]
    for name, items in (("corpus", articles), ("queries", questions)):
        lines = "\n".join(map(json.dumps, items))
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    kept, asked = sample(tmp_path, 9)
    assert [row["id"] for row in asked] == ["q0", "q9", "q18"]
    assert len(kept) == 9
    assert [item["text"] for item in kept[:3]] == ["Text 0.", "Text 9.", "Text 18."]
