"""The names of publishers that a person may choose from."""

from __future__ import annotations

from retrieval import Library


class Publishers:
    """The publishers that each tenant sees, kept until the index changes."""

    def __init__(self) -> None:
        self._known: dict[int | None, tuple[int, tuple[str, ...]]] = {}

    def of(self, tenant: int | None, library: Library) -> tuple[str, ...]:
        """The publishers that a tenant sees in its view of the library."""
        if not library.exists():
            return ()
        generation = library.generation()
        known = self._known.get(tenant)
        if known is None or known[0] != generation:
            known = self._known[tenant] = (generation, library.publishers())
        return known[1]
