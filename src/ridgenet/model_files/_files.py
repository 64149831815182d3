"""Save and load fitted models in the format of skops, which runs no code from the file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ridgenet._errors import InputError
from ridgenet._wording import because, said_by
from ridgenet.formats._kinds import KINDS
from ridgenet.io._results_folder import versions
from ridgenet.io._whole_file import write_whole
from ridgenet.model_files._archive import SCHEMA, Archive, compact
from ridgenet.model_files._skops import SPLITTERS, dumps, loads, untrusted_types

FORMAT_VERSION = 1
# ridgenet's entry in the archive, in addition to those of skops
ABOUT = "ridgenet.json"
# types that a file may contain, in addition to those that skops trusts
OUR_TYPES = (
    "ridgenet.core._update_rules.Rule",
    "ridgenet.estimators._classifier.RidgeNetClassifier",
    "ridgenet.estimators._classifier_cv.RidgeNetClassifierCV",
    "ridgenet.estimators._fold_networks.FoldNetworks",
    "ridgenet.estimators._regressor.RidgeNetRegressor",
    "ridgenet.estimators._regressor_cv.RidgeNetRegressorCV",
    "ridgenet._averaged.AveragedNetworks",
    "ridgenet._fitted.FittedNetwork",
    "ridgenet._preprocessing.Standardizer",
    "ridgenet.table.encoding._categories.Categories",
    "ridgenet.table.encoding._dates.Dates",
    "ridgenet.table.encoding._encoder.TableEncoder",
    "ridgenet.table.encoding._means.Means",
    "ridgenet.table.encoding._numbers.Numbers",
    "ridgenet.table.encoding._text.Text",
    "ridgenet._network.Network",
    "ridgenet.path._result.NetworkPath",
    "numpy.dtype",
    # skops would list all estimators of scikit-learn to find this one
    "sklearn.pipeline.Pipeline",
    # by full names, since a prefix would let a file call any function of skrub
    "skrub._string_encoder.StringEncoder",
    "skrub._to_str.ToStr",
    *SPLITTERS,
)


def save_model(model: Any, path: str | Path, about: Mapping[str, Any] | None = None) -> Path:
    """Save a fitted estimator, or a pipeline that ends in one, to a file.

    Parameters
    ----------
    model : estimator
        Fitted estimator. Callbacks and custom scorers are code and cannot be saved: `load_model` would reject them.
    path : str or Path
        The file, usually ``model.skops``; it is written completely or not at all.
    about : mapping, optional
        Additional information, as plain values, which `about_model` returns.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the model contains types that could not be loaded, or the file cannot be written.

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
    """Return the content that `save_model` writes; `path` is only used in messages."""
    try:
        _require_sound(model)
        packed = dumps(model)
    # skops raises many types of errors for what it cannot save
    except Exception as error:
        raise InputError(f"{path}: this model cannot be saved ({said_by(error)})") from error
    try:
        record = _as_json({**_about(model), **(about or {})})
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: about must contain plain values and finite numbers ({said_by(error)})") from None
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            entry = source.read(name)
            archive.writestr(name, _as_json(compact(json.loads(entry))) if name == SCHEMA else entry)
        archive.writestr(ABOUT, record)
    content = whole.getvalue()
    unknown = untrusted_types(content, OUR_TYPES)
    if unknown:
        raise InputError(f"{path}: a model with {', '.join(unknown)} could not be loaded; remove this before saving")
    return content


def load_model(path: str | Path, *, trusted: Sequence[str] = ()) -> Any:
    """Load a model saved by `save_model`.

    Parameters
    ----------
    path : str or Path
        The file.
    trusted : sequence of str
        Names of further types that it may contain, besides those of ridgenet, scikit-learn and NumPy.

    Returns
    -------
    estimator
        The saved estimator or pipeline.

    Raises
    ------
    InputError
        If the file cannot be read, is not a model file, is damaged, has a later format, contains a type that is not
        trusted, or a network whose parameters do not match its shape.
    """
    return read_model(path, trusted=trusted)[1]


def read_model(path: str | Path, *, trusted: Sequence[str] = ()) -> tuple[dict[str, Any], Any]:
    """Return the results of `about_model` and `load_model`, reading the file once."""
    path = Path(path)
    archive = _opened(path)
    about = _about_of(archive, path)
    with blamed_on(path, f"damaged{_or_of_other_versions(about)}; it cannot be loaded"):
        archive.check()
        unknown = untrusted_types(archive.content, [*OUR_TYPES, *trusted])
        if unknown:
            raise InputError(f"{path}: contains {', '.join(unknown)}, which is not trusted; not loaded")
        if archive.names("skrub"):
            # before skops does, so that skrub does not need a writable home directory
            import ridgenet.model_files._skrub  # noqa: F401
        model = loads(archive.content, [*OUR_TYPES, *trusted])
        _require_sound(model)
    return about, model


def about_model(path: str | Path) -> dict[str, Any]:
    """Return when and with which versions a model file was saved, without loading the model.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    dict
        With keys format, created, model and made_with, and the ``about`` of `save_model`.

    Raises
    ------
    InputError
        If the file cannot be read, is not a model file of ridgenet, or has a later format.
    """
    path = Path(path)
    return _about_of(_opened(path), path)


def why_not_loadable(path: str | Path) -> str | None:
    """Return why `load_model` would reject a file that `about_model` can read, without loading it; or None.

    Parameters
    ----------
    path : str or Path
        The file.
    """
    archive = _opened(Path(path))
    try:
        archive.check()
        unknown = untrusted_types(archive.content, OUR_TYPES)
    # skops can fail anywhere, as in load_model
    except Exception as error:
        return f"it is damaged{because(error)}"
    return f"it contains {', '.join(unknown)}, which is not trusted" if unknown else None


def _opened(path: Path) -> Archive:
    with blamed_on(path):
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: this is {'a folder' if path.is_dir() else 'not a file'}; give a model file")
        return Archive(path.read_bytes())


def _about_of(archive: Archive, path: Path) -> dict[str, Any]:
    """Return the information in a file, after checking the entries that every file has."""
    with blamed_on(path):
        about = archive.json(ABOUT)
        number = about["format"]
        made_with = about.get("made_with", {})
        if type(number) is not int or number < 1 or not isinstance(made_with, dict):
            raise ValueError("its format number is missing or invalid")
        if number > FORMAT_VERSION:
            raise InputError(
                f"{path}: format {number}, written by ridgenet {made_with.get('ridgenet', 'a later version')}; "
                f"this version reads up to {FORMAT_VERSION}: install a later ridgenet"
            )
        columns = about.get("columns", {})
        if not isinstance(columns, dict) or not set(map(str, columns.values())) <= set(KINDS):
            raise ValueError("its list of columns is invalid")
        if not isinstance(about.get("target", ""), str):
            raise ValueError("its target is invalid")
        return dict(about)


def _or_of_other_versions(about: Mapping[str, Any]) -> str:
    """Return which other libraries saved a model, whose objects those here may not know; empty if they are the same."""
    here, there = versions(("scikit-learn", "skrub")), about.get("made_with", {})
    other = [
        f"{name} {there[name]} (here: {here.get(name, 'none')})"
        for name in ("scikit-learn", "skrub")
        if name in there and there[name] != here.get(name)
    ]
    return f", or needs {' and '.join(other)}" if other else ""


@contextmanager
def blamed_on(path: str | Path, what: str = "not a model file of ridgenet, or damaged") -> Iterator[None]:
    """Raise `InputError` with the name of a model file for any error in libraries that its content causes."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    # a damaged file can make zipfile, json, NumPy, skops and scikit-learn fail anywhere
    except Exception as error:
        raise InputError(f"{path}: {what}{because(error)}") from error


def _about(model: Any) -> dict[str, Any]:
    return {
        "format": FORMAT_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": type(model).__name__,
        "made_with": versions(),
    }


def _require_sound(model: Any) -> None:
    # imported here, since it imports all estimators
    from ridgenet.model_files._checks import require_sound

    require_sound(model)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
