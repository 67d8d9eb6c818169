"""Texts into word pieces."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from tokenizers import Tokenizer

# A hundredth of encoding takes no threads, and where none can be made they end in a panic.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_DOTLESS = str.maketrans("ıİ", "iI")


class WordPieces:
    """A tokenizer without padding, safe to share between threads.

    ``dotless`` reads ı as i and İ as I: BERT strips accents, but ı has none to strip, so that
    Diyarbakır would share no word piece with Diyarbakir. Offsets stay those of the text given.
    """

    def __init__(
        self, tokenizer: Tokenizer, max_tokens: int, *, pad_id: int = 0, dotless: bool = False
    ) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.max_tokens = max_tokens
        self.pad_id = pad_id
        self._tokenizer = tokenizer
        self._room = max_tokens - tokenizer.num_special_tokens_to_add(False)
        self._dotless = dotless

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's word pieces, special ones included, cut to the limit."""
        encodings = self._tokenizer.encode_batch_fast(self._clean(texts), add_special_tokens=False)
        for encoding in encodings:
            encoding.truncate(self._room)
        return [self._tokenizer.post_process(encoding).ids for encoding in encodings]

    def ends(self, texts: Sequence[str]) -> list[list[int]]:
        """Where each text's word pieces end, without special ones, all of the text."""
        encodings = self._tokenizer.encode_batch(self._clean(texts), add_special_tokens=False)
        return [[end for _, end in encoding.offsets] for encoding in encodings]

    def plain(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """The numbers of each text's word pieces and where they stand, no special ones, uncut."""
        encodings = self._tokenizer.encode_batch(self._clean(texts), add_special_tokens=False)
        return [(encoding.ids, encoding.offsets) for encoding in encodings]

    def is_word(self, text: str) -> bool:
        """Tell whether a text is one piece: a word as often written as the vocabulary wants."""
        return len(self.plain([text])[0][0]) == 1

    def _clean(self, texts: Sequence[str]) -> list[str]:
        """Replace, one code point by one, what the tokenizer can't read or would not know."""
        texts = [_LONE_SURROGATE.sub("\ufffd", text) for text in texts]
        return [text.translate(_DOTLESS) for text in texts] if self._dotless else texts
