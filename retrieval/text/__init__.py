"""Text without a model: folding, search terms, sentences, passages, near-duplicates.

Reading order: fold, terms, questions, paragraphs, rows, sentences, packing, views, turns,
shingles, proper_nouns.
What depends on a language is data (retrieval.languages); where one is asked for, its code is
wanted, or None where it isn't known.
"""

from __future__ import annotations

from retrieval.text.fold import Folded, fold, fold_with_map
from retrieval.text.packing import heading, split_long, split_passages
from retrieval.text.proper_nouns import find_names
from retrieval.text.questions import asked_in_english, matches, query_terms
from retrieval.text.rows import Row, heads, rows
from retrieval.text.sentences import split_sentences
from retrieval.text.shingles import resemblance, shared_at_least, sketch
from retrieval.text.terms import term_spans, terms
from retrieval.text.turns import question_before
from retrieval.text.views import View, context_of, labels_of, row_view, view_of

__all__ = [
    "Folded",
    "Row",
    "View",
    "asked_in_english",
    "context_of",
    "find_names",
    "fold",
    "fold_with_map",
    "heading",
    "heads",
    "labels_of",
    "matches",
    "query_terms",
    "question_before",
    "resemblance",
    "row_view",
    "rows",
    "shared_at_least",
    "sketch",
    "split_long",
    "split_passages",
    "split_sentences",
    "term_spans",
    "terms",
    "view_of",
]
