"""Fitted models on disk, in the format of skops: loading one runs no code of the file."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ridgenet.errors import InputError
from ridgenet.result_files import versions, write_whole


class _NotInstalled:
    """Finds no package of one name."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] == self._package:
            raise ModuleNotFoundError(f"no module named {name!r} is needed here", name=name)


@contextmanager
def _as_if_not_installed(package: str) -> Iterator[None]:
    finder = _NotInstalled(package)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


# skops looks into every module of scikit-learn, one of which loads PyTorch where there is one:
# two seconds and 200 MB, and nothing in a model file needs it
with _as_if_not_installed("torch"):
    import skops.io

FORMAT_VERSION = 1
# the format's own entry beside those of skops in the archive
ABOUT = "ridgenet.json"
# what a file may name besides the types that skops trusts by itself
OUR_TYPES = (
    "ridgenet.core.update_rules.Rule",
    "ridgenet.estimators.classifier.RidgeNetClassifier",
    "ridgenet.estimators.classifier_cv.RidgeNetClassifierCV",
    "ridgenet.estimators.regressor.RidgeNetRegressor",
    "ridgenet.estimators.regressor_cv.RidgeNetRegressorCV",
    "ridgenet.fitted.AveragedNetworks",
    "ridgenet.fitted.FittedNetwork",
    "ridgenet.fitted.Units",
    "ridgenet.modelling.vectorizer.DatetimeEncoder64",
    "ridgenet.modelling.vectorizer.TableVectorizer",
    "ridgenet.modelling.vectorizer.ToFloat64",
    "ridgenet.network.Network",
    "ridgenet.path.result.NetworkPath",
    "numpy.dtype",
    # skrub's preprocessing of tables; by name, for a prefix would let a file call whatever skrub can do
    "skrub._apply_to_each_col.ApplyToEachCol",
    "skrub._check_input.CheckInputDataFrame",
    "skrub._clean_categories.CleanCategories",
    "skrub._dataframe._common.is_any_date",
    "skrub._dataframe._common.is_categorical",
    "skrub._dataframe._common.is_numeric",
    "skrub._drop_uninformative.DropUninformative",
    "skrub._duration_to_float.DurationToFloat",
    "skrub._string_encoder.StringEncoder",
    "skrub._table_vectorizer.PassThrough",
    "skrub._table_vectorizer.ShortReprDict",
    "skrub._table_vectorizer._created_by_predicate",
    "skrub._to_datetime.ToDatetime",
    "skrub._to_str.ToStr",
    "skrub.selectors._base.All",
    "skrub.selectors._base.And",
    "skrub.selectors._base.Cols",
    "skrub.selectors._base.Filter",
    "skrub.selectors._base.Sub",
    "skrub.selectors._selectors._cardinality_below",
)


def save_model(model: Any, path: str | Path, about: Mapping[str, Any] | None = None) -> Path:
    """Write a fitted estimator, or a pipeline that ends in one, to a file.

    Parameters
    ----------
    model : estimator
        Fitted. Callbacks and own scorers, being code, cannot be saved: `load_model` would refuse them.
    path : str or Path
        The file, usually ``model.skops``; it is whole or not there.
    about : mapping, optional
        More to say of it, as plain values: `about_model` returns it, too.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the model is of types that could not be loaded again, or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn.datasets import load_iris
    >>> from ridgenet import RidgeNetClassifier, load_model
    >>> X, y = load_iris(return_X_y=True)
    >>> net = RidgeNetClassifier(random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = load_model(save_model(net, f"{folder}/model.skops"))
    >>> bool((again.predict_proba(X) == net.predict_proba(X)).all())
    True
    """
    path = Path(path)
    content = skops.io.dumps(model, compression=zipfile.ZIP_DEFLATED)
    unknown = _untrusted(content, ())
    if unknown:
        raise InputError(
            f"{path}: a model that holds {', '.join(unknown)} could not be loaded again; take it out first"
        )

    def write(file: Any) -> None:
        file.write(content)
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(ABOUT, json.dumps({**_about(model), **(about or {})}, ensure_ascii=False))

    return write_whole(path, write)


def load_model(path: str | Path, *, trusted: Sequence[str] = ()) -> Any:
    """Read a model that `save_model` wrote.

    Parameters
    ----------
    path : str or Path
        The file.
    trusted : sequence of str
        Names of more types that it may hold, besides ours, scikit-learn's and NumPy's.

    Returns
    -------
    estimator
        As it was saved.

    Raises
    ------
    InputError
        If the file cannot be read, is no model, is of a later format, or names a type that is not trusted.
    """
    path = Path(path)
    about_model(path)
    content = path.read_bytes()
    try:
        unknown = _untrusted(content, trusted)
        if unknown:
            raise InputError(f"{path}: names {', '.join(unknown)}, which is not trusted; it was not loaded")
        return skops.io.loads(content, trusted=[*OUR_TYPES, *trusted])
    except InputError:
        raise
    # a damaged file can make skops fail anywhere; whatever it is, the person needs to know which file
    except Exception as error:
        raise InputError(f"{path}: damaged, it cannot be loaded ({error})") from error


def about_model(path: str | Path) -> dict[str, Any]:
    """Return when and with what versions a model file was made, without loading the model.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    dict
        With keys format, created, model and made_with, and what `save_model` was given.

    Raises
    ------
    InputError
        If the file cannot be read, is no model of ours, or is of a later format.
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(ABOUT))
            number = int(about["format"])
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        raise InputError(f"{path}: no model file of ridgenet, or a damaged one") from None
    if number > FORMAT_VERSION:
        made_with = about.get("made_with", {}).get("ridgenet", "a later version")
        raise InputError(
            f"{path}: format {number}, written by ridgenet {made_with}; "
            f"this version reads up to {FORMAT_VERSION}: install a later ridgenet"
        )
    return dict(about)


def why_not_loadable(path: str | Path) -> str | None:
    """Return why `load_model` would refuse a file of which `about_model` can tell, without loading it; None if not.

    Parameters
    ----------
    path : str or Path
        The file.
    """
    content = Path(path).read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            return f"it is damaged ({damaged})"
        unknown = _untrusted(content, ())
    # as in load_model: skops can fail anywhere
    except Exception as error:
        return f"it is damaged ({' '.join(str(error).split())})"
    return f"it names {', '.join(unknown)}, which is not trusted" if unknown else None


def _untrusted(content: bytes, trusted: Sequence[str]) -> list[str]:
    return sorted(set(skops.io.get_untrusted_types(data=content)) - {*OUR_TYPES, *trusted})


def _about(model: Any) -> dict[str, Any]:
    return {
        "format": FORMAT_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": type(model).__name__,
        "made_with": versions(),
    }
