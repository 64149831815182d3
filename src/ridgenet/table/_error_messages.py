"""Reword error messages of scikit-learn for the command line: name options instead of parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ridgenet._errors import InputError

# parameters with an option of their own
OPTIONS = {
    "activation": "--activation",
    "alphas": "--alphas",
    "class_weight": "--class-weight",
    "cv": "--folds (cv)",
    "hidden_layer_sizes": "--hidden (hidden_layer_sizes)",
    "n_alphas": "--n-alphas",
    "n_jobs": "--jobs (n_jobs)",
    "n_restarts": "--restarts (n_restarts)",
    "scoring": "--scoring",
    "selection": "--selection",
    "solver": "--solver",
}
INVALID = re.compile(r"The '(\w+)' parameter of \w+ must be (.*)\. Got (.*) instead\.")
ENDS = {"[": "{} or more", "(": "above {}"}
OTHER_ENDS = {"]": "{} or less", ")": "below {}"}
# Python objects, which cannot be given as options
NOT_FOR_TABLES = ("an object implementing", "an iterable", "a callable", "an instance of", "None")
IN_OTHER_WORDS = (
    (r"an instance of 'bool' or an instance of 'numpy.bool_?'", "true or false"),
    (r"an instance of 'str'", "text"),
    (r"an array-like", "a list"),
    (r"a float among \{inf\}", "inf"),
)
OF_DATA = (
    (
        r"n_splits=(\d+) cannot be greater than the number of members in each class\.",
        r"every class has fewer than \1 rows, one for each fold; use fewer --folds (cv)",
    ),
    (
        r"Cannot have number of splits n_splits=(\d+) greater than the number of groups: (\d+)\.",
        r"there are \2 groups, too few for \1 folds; use fewer --folds (cv)",
    ),
    (
        r"\w+ needs samples of at least 2 classes in the data, but the data contains only one class: (.*)",
        r"all training rows are of class \1; add rows of other classes, or use another --test",
    ),
)


def require_usable(parameters: Mapping[str, Any]) -> None:
    """Reject parameters for which training would fail late, or with a message for programmers.

    Raises
    ------
    InputError
        If a parameter is invalid; names the option.
    """
    folds = parameters.get("cv")
    if folds is not None and not hasattr(folds, "split") and (not isinstance(folds, int) or folds < 2):
        raise InputError(f"{OPTIONS['cv']} must be a whole number of 2 or more; got {folds!r}")
    if parameters.get("n_jobs") == 0:
        raise InputError(f"{OPTIONS['n_jobs']} must not be 0; -1 uses all cores")
    scoring = parameters.get("scoring")
    if isinstance(scoring, str):
        from sklearn.metrics import get_scorer_names

        names = get_scorer_names()
        if scoring not in names:
            near = get_close_matches(scoring, names, n=3) or ["accuracy", "neg_log_loss", "r2"]
            raise InputError(
                f"{OPTIONS['scoring']}: scikit-learn has no scorer {scoring!r}; did you mean {', '.join(near)}?"
            )


def in_plain_words(message: str) -> str:
    """Reword an estimator's error in one line that names the option; leave other messages as they are."""
    message = " ".join(message.split())
    invalid = INVALID.fullmatch(message)
    if invalid is None:
        for pattern, words in OF_DATA:
            message = re.sub(pattern, words, message)
        return message
    name, allowed, got = invalid.groups()
    allowed = re.sub(r"(an int|a float) in the range ([\[(])(\S+), (\S+)([\])])", _of_range, allowed)
    for pattern, words in IN_OTHER_WORDS:
        allowed = re.sub(pattern, words, allowed)
    choices = [_of_choice(choice) for choice in re.split(r"(?:,| or) (?=an? |None|inf)", allowed)]
    shown = [choice for choice in choices if not choice.startswith(NOT_FOR_TABLES)]
    return f"{OPTIONS.get(name, name)} must be {', or '.join(shown) or allowed}; got {got}"


def _of_range(match: re.Match[str]) -> str:
    kind, opening, low, high, closing = match.groups()
    words = []
    for end, side, forms in ((low, opening, ENDS), (high, closing, OTHER_ENDS)):
        if end not in ("inf", "-inf"):
            words.append(forms[side].format(f"{float(end):g}"))
    if not words:
        return "a finite number"
    whole = "a whole number of " if kind == "an int" else ""
    return whole + " and ".join(words)


def _of_choice(choice: str) -> str:
    among = re.fullmatch(r"a str among \{(.*)\}", choice)
    if among is None:
        return choice
    names = sorted(among[1].split(", "))
    return names[0] if len(names) == 1 else f"one of {', '.join(names)}"
