"""What each fork begins with: all that commands import, and the models, of one thread each.

Threads don't survive a fork, and where many processes run at once one each is enough.
"""

from __future__ import annotations

import retrieval.encoder.load as encoder
import retrieval.reader.model as reader

encoder.usable_cores = reader.usable_cores = lambda: 1  # type: ignore[attr-defined]
encoder.load_encoder()
reader.load_model()
