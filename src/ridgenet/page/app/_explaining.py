"""Why a table cannot be learned from, in terms of the table."""

from __future__ import annotations

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import read_table

# three tenths are held out, and the rest is divided into five parts, each of which shows every class
FEWEST_ROWS, FEWEST_OF_A_CLASS = 10, 8
MOST_CLASSES = 10


def explained(settings: TableSettings, error: InputError) -> InputError:
    """Return an error that says what the table lacks, if it lacks something, or the error itself.

    Parameters
    ----------
    settings : TableSettings
        What was to be learned; columns of the table are known to be there.
    error : InputError
        What was said when it could not be.
    """
    try:
        table = read_table(settings.data, settings.reading)
    except InputError:
        return error
    frame, name = table.frame, table.source.name
    target = frame[settings.target].dropna()
    if target.nunique() < 2:
        return error
    if len(target) < FEWEST_ROWS:
        return InputError(
            f"{name}: has {len(target)} {'rows' if len(target) != 1 else 'row'} with a {settings.target!r}; "
            f"the page needs {FEWEST_ROWS} or more, of which it holds three tenths out"
        )
    inputs = frame.loc[target.index].drop(columns=[settings.target, *settings.drop])
    if (inputs.nunique() < 2).all():
        return InputError(
            f"{name}: no column but {settings.target!r} has more than one value; there is nothing to predict it from"
        )
    largest = int(target.value_counts().iloc[0])
    if target.nunique() <= MOST_CLASSES and largest < FEWEST_OF_A_CLASS:
        return InputError(
            f"{name}: the most frequent value of {settings.target!r} stands in {largest} rows only; "
            f"to predict classes, the page needs one in {FEWEST_OF_A_CLASS} or more"
        )
    return error
