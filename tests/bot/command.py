"""`quoth` as a process of its own that heeds Ctrl-C.

A shell's background jobs ignore it and pass that on. What is tested must not, and is told so in the
process itself: one with as many threads as these tests have can't be forked in safety.
"""

import sys

QUOTH = (
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from bot.__main__ import main; main()",
)
