"""The list of what was withheld, as it is published: address, day, class of reason."""

from server.archive.model import Model, choose
from server.archive.queries import Row, rebase, select, stored
from server.archive.records import Withdrawn
from server.store.answers import Store


def withdrawals(store: Store, model: Model, base: str, language: str) -> list[Withdrawn]:
    """Everything withheld, newest first."""
    rows = select(store, rebase(stored("withdrawals"), base))
    return [_withdrawn(row, model, language) for row in rows]


def _withdrawn(row: Row, model: Model, language: str) -> Withdrawn:
    reason = row["reason"].value
    return Withdrawn(row["thing"].value, row["date"].value, reason, choose(model.labels[reason], language)[0])
