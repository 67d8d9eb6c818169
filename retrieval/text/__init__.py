"""Text without a model: folding, search terms, sentences, passages, near-duplicates.

Reading order: fold, terms, questions, paragraphs, sentences, packing, shingles, proper_nouns.
What depends on a language is data (retrieval.languages); where one is asked for, its code is
wanted, or None where it isn't known.
"""

from __future__ import annotations

from retrieval.text.fold import Folded, fold, fold_with_map
from retrieval.text.packing import heading, split_long, split_passages
from retrieval.text.proper_nouns import find_names
from retrieval.text.questions import matches, query_terms
from retrieval.text.sentences import split_sentences
from retrieval.text.shingles import resemblance, sketch
from retrieval.text.terms import term_spans, terms

__all__ = [
    "Folded",
    "find_names",
    "fold",
    "fold_with_map",
    "heading",
    "matches",
    "query_terms",
    "resemblance",
    "sketch",
    "split_long",
    "split_passages",
    "split_sentences",
    "term_spans",
    "terms",
]
