"""The table of kinds of columns: every kind answers all that is asked of it, and has its row for ONNX."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ridgenet.formats._kinds import KINDS, numbers_of
from ridgenet.table.onnx._kinds import INPUTS

MISSING = np.array([False, True, False, False])


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_answers_what_is_asked_of_it(name):
    kind = KINDS[name]
    assert kind.name == name
    assert kind.value
    assert kind.values
    assert kind.holds(kind.type())
    # one kind for each type
    assert [other.name for other in KINDS.values() if other.holds(kind.type())] == [name]
    assert kind.fault_of(kind.type()) is None
    empty = pa.nulls(3, kind.type())
    assert kind.cast(empty).type == kind.type()
    series = kind.series(empty)
    assert series.isna().all()
    assert kind.first_fault(series) is None
    assert kind.warning(series) is None
    assert (numbers_of(series) is not None) == kind.is_numeric


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_goes_into_a_graph(name):
    # what is drawn for the comparison is a column such as a file has
    drawn = pd.Series(INPUTS[name].drawn(np.random.default_rng(0), MISSING, object()))
    values = INPUTS[name].values(drawn)
    assert values.shape == (4,)
    assert drawn.isna().tolist() == MISSING.tolist()
    kind = KINDS[name]
    assert kind.summary(drawn.dropna())
    if kind.is_numeric:
        assert kind.accepts(drawn)
        np.testing.assert_array_equal(np.isnan(kind.numbers(drawn)), MISSING)
    read = kind.series(pa.array(drawn, from_pandas=True))
    assert read.isna().tolist() == MISSING.tolist()
    assert read.dropna().tolist() == drawn.dropna().tolist()
    # what is written into a text file is read again
    written = kind.from_text(kind.as_text(pa.array(drawn, from_pandas=True)), ".")
    assert kind.series(kind.cast(written)).dropna().tolist() == drawn.dropna().tolist()


def test_graphs_know_every_kind():
    assert INPUTS.keys() == KINDS.keys()
