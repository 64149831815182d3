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

from ridgenet._errors import InputError
from ridgenet._wording import because, said_by
from ridgenet.formats._kinds import KINDS
from ridgenet.io._results_folder import versions, write_whole
from ridgenet.model_files._archive import SCHEMA, Archive, compact


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
    "ridgenet.core._update_rules.Rule",
    "ridgenet.estimators._classifier.RidgeNetClassifier",
    "ridgenet.estimators._classifier_cv.RidgeNetClassifierCV",
    "ridgenet.estimators._regressor.RidgeNetRegressor",
    "ridgenet.estimators._regressor_cv.RidgeNetRegressorCV",
    "ridgenet._fitted.AveragedNetworks",
    "ridgenet._fitted.FittedNetwork",
    "ridgenet._preprocessing.Standardizer",
    "ridgenet.table._vectorizer.DatetimeEncoder64",
    "ridgenet.table._vectorizer.TableVectorizer",
    "ridgenet.table._vectorizer.ToFloat64",
    "ridgenet._network.Network",
    "ridgenet.path._result.NetworkPath",
    "numpy.dtype",
    # skrub's preprocessing of tables; by name, for a prefix would let a file call whatever skrub can do
    "skrub._apply_to_each_col.ApplyToEachCol",
    "skrub._check_input.CheckInputDataFrame",
    "skrub._clean_categories.CleanCategories",
    "skrub._dataframe._common.is_any_date",
    "skrub._dataframe._common.is_categorical",
    "skrub._dataframe._common.is_numeric",
    "skrub._drop_uninformative.DropUninformative",
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
    content = model_content(model, path, about)
    return write_whole(path, lambda file: file.write(content))


def model_content(model: Any, path: Path, about: Mapping[str, Any] | None = None) -> bytes:
    """Return what `save_model` writes; `path` is only what messages call the file."""
    try:
        _require_sound(model)
        packed = skops.io.dumps(model)
    # skops says in many ways what it cannot save
    except Exception as error:
        raise InputError(f"{path}: this model cannot be saved ({said_by(error)})") from error
    try:
        record = _as_json({**_about(model), **(about or {})})
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: about takes plain values, finite numbers only ({said_by(error)})") from None
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            entry = source.read(name)
            archive.writestr(name, _as_json(compact(json.loads(entry))) if name == SCHEMA else entry)
        archive.writestr(ABOUT, record)
    content = whole.getvalue()
    unknown = _untrusted(content, ())
    if unknown:
        raise InputError(
            f"{path}: a model that holds {', '.join(unknown)} could not be loaded again; take it out first"
        )
    return content


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
        If the file cannot be read, is no model, is damaged, is of a later format, names a type that is not trusted,
        or holds a network whose numbers are not those of its shape.
    """
    return read_model(path, trusted=trusted)[1]


def read_model(path: str | Path, *, trusted: Sequence[str] = ()) -> tuple[dict[str, Any], Any]:
    """Return what `about_model` and `load_model` do, of one reading of the file."""
    path = Path(path)
    archive = _opened(path)
    about = _about_of(archive, path)
    with blamed_on(path, "damaged, it cannot be loaded"):
        archive.check()
        unknown = _untrusted(archive.content, trusted)
        if unknown:
            raise InputError(f"{path}: names {', '.join(unknown)}, which is not trusted; it was not loaded")
        if archive.names("skrub"):
            # before skops does, which knows nothing of homes that cannot be written to
            import ridgenet.model_files._skrub  # noqa: F401
        model = skops.io.loads(archive.content, trusted=[*OUR_TYPES, *trusted])
        _require_sound(model)
    return about, model


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
    return _about_of(_opened(path), path)


def why_not_loadable(path: str | Path) -> str | None:
    """Return why `load_model` would refuse a file of which `about_model` can tell, without loading it; None if not.

    Parameters
    ----------
    path : str or Path
        The file.
    """
    archive = _opened(Path(path))
    try:
        archive.check()
        unknown = _untrusted(archive.content, ())
    # as in load_model: skops can fail anywhere
    except Exception as error:
        return f"it is damaged{because(error)}"
    return f"it names {', '.join(unknown)}, which is not trusted" if unknown else None


def _opened(path: Path) -> Archive:
    with blamed_on(path):
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: this is {'a folder' if path.is_dir() else 'no file'}; name a model file")
        return Archive(path.read_bytes())


def _about_of(archive: Archive, path: Path) -> dict[str, Any]:
    """Return what a file says of itself, of which others need the kinds of what every file has."""
    with blamed_on(path):
        about = archive.json(ABOUT)
        number = about["format"]
        made_with = about.get("made_with", {})
        if type(number) is not int or number < 1 or not isinstance(made_with, dict):
            raise ValueError("it does not say of what format it is")
        if number > FORMAT_VERSION:
            raise InputError(
                f"{path}: format {number}, written by ridgenet {made_with.get('ridgenet', 'a later version')}; "
                f"this version reads up to {FORMAT_VERSION}: install a later ridgenet"
            )
        columns = about.get("columns", {})
        if not isinstance(columns, dict) or not set(map(str, columns.values())) <= set(KINDS):
            raise ValueError("it does not say which columns it needs")
        if not isinstance(about.get("target", ""), str):
            raise ValueError("it does not say what it predicts")
        return dict(about)


@contextmanager
def blamed_on(path: str | Path, what: str = "no model file of ridgenet, or a damaged one") -> Iterator[None]:
    """Raise `InputError`, naming a model file, for what fails in somebody else's code because of what it holds."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    # a damaged file can make zipfile, json, NumPy, skops and scikit-learn fail anywhere; which file it is, is what
    # one needs to know
    except Exception as error:
        raise InputError(f"{path}: {what}{because(error)}") from error


def _untrusted(content: bytes, trusted: Sequence[str]) -> list[str]:
    return sorted(set(skops.io.get_untrusted_types(data=content)) - {*OUR_TYPES, *trusted})


def _about(model: Any) -> dict[str, Any]:
    return {
        "format": FORMAT_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": type(model).__name__,
        "made_with": versions(),
    }


def _require_sound(model: Any) -> None:
    # imported here, for it takes all estimators
    from ridgenet.model_files._checks import require_sound

    require_sound(model)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
