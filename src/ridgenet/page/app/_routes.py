"""Routes for the scripts of the page: paths, frames of live training, uploads and exports."""

from __future__ import annotations

import json
import math
import queue
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, Response, request

from ridgenet._errors import InputError, RidgeNetError
from ridgenet.model_files._files import save_model
from ridgenet.page._translations import LANGUAGES, SOURCE, translations
from ridgenet.page.app import _live as live
from ridgenet.page.app._code import code_of
from ridgenet.page.app._learning import Cancelled, Learned, PathCache
from ridgenet.page.app._limits import LARGEST_UPLOAD, MEGABYTE
from ridgenet.page.app._problem import Problem
from ridgenet.page.app._tables import as_csv, draw
from ridgenet.page.app._view import text_of
from ridgenet.page.report._saving import render
from ridgenet.path._watch import PathProgress
from ridgenet.table._records import plain, record_of

SECONDS_BETWEEN_LINES = 0.2
LARGEST_REQUEST = 2**21
TOO_LARGE = f"this table has more than {LARGEST_UPLOAD // MEGABYTE} MB; start the page with it instead"


class NotLearnedError(InputError):
    """The path asked for is not in the cache; only /learn computes it, with progress and cancelling."""


def routes_of(paths: PathCache, usual: Problem) -> Blueprint:
    """Return the routes of the page.

    Parameters
    ----------
    paths : PathCache
        The computed paths.
    usual : Problem
        The problem of an empty address.
    """
    routes = Blueprint("ridgenet", __name__)

    def asked() -> Problem:
        return Problem.of(parse_qs(request.query_string.decode("utf-8", "replace")), usual)

    def language() -> str:
        given = request.args.get("lang", SOURCE)
        return given if given in LANGUAGES else SOURCE

    def known(problem: Problem) -> Learned:
        learned = paths.known(problem)
        if learned is None:
            raise NotLearnedError("this path has not been computed, or is no longer cached: open it on the page first")
        return learned

    @routes.errorhandler(NotLearnedError)
    def _not_learned(error: NotLearnedError) -> tuple[dict[str, Any], int]:
        return {"error": str(error), "unknown": True}, 200 if request.method == "POST" else 409

    @routes.errorhandler(RidgeNetError)
    def _refused(error: RidgeNetError) -> tuple[dict[str, str], int]:
        # scripts read the message; any other status would be logged as an error in the browser's console
        return {"error": str(error)}, 200 if request.method == "POST" else 400

    @routes.post("/learn")
    def _learn() -> Response:
        problem, wanted = asked(), language()
        return Response(_lines(paths, problem, wanted), mimetype="application/x-ndjson")

    @routes.post("/live")
    def _live() -> dict[str, Any]:
        given = _json()
        learned = known(asked())
        text = given.get("state")
        state = live.State.at_start(learned) if text is None else live.State.of_text(str(text), learned)
        alpha = _as_number(given, "alpha")
        state = live.advanced(learned, state, alpha, int(_as_number(given, "epochs")))
        pictured: dict[str, Any] = plain(live.frame(learned, state, alpha, translations(language()).gettext))
        return pictured

    @routes.post("/upload")
    def _upload() -> dict[str, Any]:
        if (request.content_length or 0) > LARGEST_UPLOAD:
            raise InputError(TOO_LARGE)
        name = request.args.get("name", "table")
        key = paths.tables.add(request.get_data(), name)
        return {"data": key, "name": paths.tables.file_of(key).name}

    # scripts use POST, so that errors do not appear in the browser's console; links use GET
    @routes.route("/take/<what>", methods=["GET", "POST"])
    def _take(what: str) -> Response | tuple[str, int]:
        problem = asked()
        if what == "data.csv":
            return _file(_data(paths, problem), "text/csv")
        learned = known(problem)
        alpha = _alpha(learned)
        file = None if problem.is_drawn else paths.tables.file_of(problem.data)
        program = code_of(problem, alpha, file, is_classes=learned.scene.classes is not None)
        if what == "reproduce.py":
            return _file(program.encode(), "text/x-python")
        if what == "report.html":
            return _file(render(learned.at(alpha), program).encode(), "text/html")
        if what == "model.skops":
            return _file(_model_file(paths, learned, alpha), "application/octet-stream")
        return "there is no such file", 404

    return routes


def _lines(paths: PathCache, problem: Problem, language: str) -> Iterator[bytes]:
    """Compute a path in a thread and yield its progress; cancel when the client disconnects."""
    given_up = threading.Event()
    news: queue.Queue[dict[str, Any] | Learned] = queue.Queue()

    def watch(stage: str, progress: PathProgress | None) -> bool:
        done, total = (progress.n_fits, progress.n_total) if progress is not None else (0, 0)
        news.put({"stage": stage, "done": done, "total": total})
        return given_up.is_set()

    def work() -> None:
        try:
            news.put(paths.learned(problem, watch))
        except Cancelled:
            news.put({"error": "cancelled"})
        except RidgeNetError as error:
            news.put({"error": str(error)})
        except Exception as error:
            news.put({"error": f"{type(error).__name__}: {error}"})
            raise

    def line(content: dict[str, Any]) -> bytes:
        return json.dumps(content, ensure_ascii=False).encode() + b"\n"

    known = paths.known(problem)
    was_known = known is not None
    if known is None:
        threading.Thread(target=work, daemon=True).start()
    try:
        while known is None:
            try:
                item = news.get(timeout=SECONDS_BETWEEN_LINES)
                while not news.empty() and isinstance(item, dict) and "error" not in item:
                    item = news.get_nowait()
            except queue.Empty:
                # a lost connection is only noticed on sending
                yield b"\n"
                continue
            if isinstance(item, Learned):
                known = item
                break
            yield line(item)
            if "error" in item:
                return
        done = json.dumps(_done(known, language, was_known=was_known), ensure_ascii=False).encode()
        yield b'{"done": %s, "scene": ' % done + text_of(known, language) + b"}\n"
    finally:
        given_up.set()


def _done(learned: Learned, language: str, *, was_known: bool) -> str:
    """Return the message that a path is done."""
    ngettext, n = translations(language).ngettext, len(learned.scene.shown)
    text = ngettext("{n} λ value, computed in {seconds} s", "{n} λ values, computed in {seconds} s", n)
    if was_known:
        text = ngettext("{n} λ value, computed earlier", "{n} λ values, computed earlier", n)
    return text.format(n=n, seconds=f"{learned.model.seconds:.2g}")


def _alpha(learned: Learned) -> float:
    text = request.args.get("lambda")
    if text is None:
        return learned.model.alpha
    try:
        alpha = float(text)
    except ValueError:
        alpha = math.nan
    if not 0 < alpha < math.inf:
        raise InputError(f"lambda must be a number above 0; got {text!r}")
    return alpha


def _data(paths: PathCache, problem: Problem) -> bytes:
    if problem.is_drawn:
        drawn = draw(problem)
        return as_csv(drawn.X, drawn.y).encode()
    return paths.tables.file_of(problem.data).path.read_bytes()


def _model_file(paths: PathCache, learned: Learned, alpha: float) -> bytes:
    model = learned.at(alpha)
    record = record_of(model)
    if model.alpha != model.alpha_by_rule:
        record["chosen"]["selection"] = "hand"
    with paths.tables.folder() as folder:
        return save_model(model.pipeline, folder / "model.skops", record).read_bytes()


def _file(content: bytes, kind: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": "attachment"})


def _json() -> dict[str, Any]:
    if (request.content_length or 0) > LARGEST_REQUEST:
        raise InputError("this request is too large")
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise InputError("the request is not valid JSON")
    return given


def _as_number(given: dict[str, Any], name: str) -> float:
    value = given.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise InputError(f"{name} must be a finite number; got {value!r}")
    return float(value)
