"""Encode batches of rows read from a file, with messages that name the cells that cannot be."""

from __future__ import annotations

import numpy as np

from ridgenet._errors import InputError
from ridgenet.formats._reading import Batch
from ridgenet.table._pipeline import quiet_columns
from ridgenet.table.encoding._categories import Categories
from ridgenet.table.encoding._encoder import TableEncoder

UNSEEN = ("refuse", "ignore")
UNSEEN_CATEGORY = "is a category unseen in training; --unseen ignore encodes it as none of the known ones"
NO_DATE = "is not a date in the format of the training data; write it in that format"


def encode(
    encoder: TableEncoder, batch: Batch, file: str, unseen: str = "refuse"
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the inputs of a batch of rows, and where columns have categories unseen in training, if these are ignored.

    Raises
    ------
    InputError
        If a category or a date is unknown; names the column and the row.
    """
    with quiet_columns():
        inputs, unknown = encoder.encode(batch.frame)
    for name, where in unknown.items():
        is_category = isinstance(encoder.encodings_[name], Categories)
        if not is_category or unseen == "refuse":
            row = int(where.argmax())
            raise InputError(
                f"{file}: column {name!r}, row {batch.first_row + row + 1}: "
                f"{str(batch.frame[name].iloc[row])[:40]!r} {UNSEEN_CATEGORY if is_category else NO_DATE}"
            )
    return inputs, unknown
