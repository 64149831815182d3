"""The web server of the page, by default for this computer only."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html
from flask import Response, request
from werkzeug.serving import ThreadedWSGIServer

from ridgenet import _datasets as datasets
from ridgenet._errors import InputError, RidgeNetError
from ridgenet.page._translations import ENGLISH, SOURCE
from ridgenet.page.app import _layout as layout
from ridgenet.page.app import _live as live
from ridgenet.page.app._learning import Cancelled, PathCache, learn
from ridgenet.page.app._limits import LARGEST_UPLOAD
from ridgenet.page.app._problem import FEWEST_DRAWN, FILE, Problem
from ridgenet.page.app._routes import routes_of
from ridgenet.page.app._tables import TableFile, Tables
from ridgenet.page.app._view import text_of

LOOPBACK = "127.0.0.1"
# paths of addresses that make the server work
WORK = ("/learn", "/live", "/take/", "/upload", "/_")
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
INDEX = """<!doctype html>
<html lang="en">
<head>
{%metas%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ridgenet</title>
<link rel="icon" href="data:,">
{%css%}
</head>
<body>
{%app_entry%}
<footer>
<script src="/shared/plotly.min.js"></script>
<script src="/shared/network.js"></script>
<script src="/shared/surface.js"></script>
{%config%}
{%scripts%}
{%renderer%}
</footer>
</body>
</html>"""
SHARED = {
    "plotly.min.js": ("plotly", "package_data", "plotly.min.js"),
    "network.js": ("ridgenet.page.interactive", "network.js"),
    "surface.js": ("ridgenet.page.interactive", "surface.js"),
}
# a small problem, to load what learning needs before it is needed
SMALL = Problem(n_samples=FEWEST_DRAWN, hidden_layer_sizes=(1,))


def new_app(paths: PathCache, usual: Problem) -> Dash:
    """Return the page, without a server.

    Parameters
    ----------
    paths : PathCache
        The computed paths.
    usual : Problem
        The problem shown first.
    """
    app = Dash(
        "ridgenet",
        assets_folder=str(Path(__file__).parent / "assets"),
        index_string=INDEX,
        title="ridgenet",
        update_title="",
        suppress_callback_exceptions=True,
        compress=False,
    )
    app.layout = html.Div([dcc.Location(id="url", refresh="callback-nav"), html.Div(id="page")])
    app.server.json.sort_keys = False
    app.server.config["MAX_CONTENT_LENGTH"] = LARGEST_UPLOAD + 2**16
    app.server.register_blueprint(routes_of(paths, usual))
    _add_shared_files(app)
    _add_callbacks(app, paths, usual)

    @app.server.after_request
    def _with_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return app


def _add_shared_files(app: Dash) -> None:
    @app.server.get("/shared/<name>")
    def _shared(name: str) -> Response | tuple[str, int]:
        if name not in SHARED:
            return "there is no such file", 404
        package, *parts = SHARED[name]
        content = Response(files(package).joinpath(*parts).read_bytes(), mimetype="text/javascript")
        content.headers["Cache-Control"] = "private, max-age=600"
        return content


def _add_callbacks(app: Dash, paths: PathCache, usual: Problem) -> None:
    @app.callback(Output("page", "children"), Input("url", "search"))
    def _page(search: str | None) -> list[Any]:
        query = parse_qs((search or "").lstrip("?"), keep_blank_values=True)
        problem, file, message = usual, None, ""
        try:
            asked = Problem.of(query, usual)
            file = None if asked.is_drawn else paths.tables.file_of(asked.data)
            problem = asked
        except InputError as error:
            message = str(error)
            file = None if usual.is_drawn else paths.tables.file_of(usual.data)
        return layout.page(problem, _names(problem, file, paths.tables), file, layout.Shown.of(query), message)

    @app.callback(
        Output("drawn", "style"),
        Output("table", "style"),
        Output("noise", "value"),
        Output("target", "options"),
        Output("target", "value"),
        Input("data", "value"),
        State("noise", "value"),
        prevent_initial_call=True,
    )
    def _data(name: str, noise: float) -> tuple[Any, ...]:
        if name in datasets.DRAWN:
            return {}, layout.HIDDEN, datasets.DRAWN[name][1], [], None
        try:
            file = paths.tables.file_of(name)
        except InputError:
            return layout.HIDDEN, {}, noise, [], None
        return layout.HIDDEN, {}, noise, list(file.columns), file.target

    @app.callback(
        Output("columns", "options"),
        Output("columns", "value"),
        Input("target", "value"),
        Input("target", "options"),
        State("columns", "value"),
        prevent_initial_call=True,
    )
    def _inputs(target: str | None, columns: list[str], chosen: list[str] | None) -> tuple[list[str], list[str]]:
        # drop the columns of another table, and the target
        kept = [] if "target.options" in ctx.triggered_prop_ids else [name for name in chosen or [] if name != target]
        return [name for name in columns if name != target], kept

    app.clientside_callback(
        ClientsideFunction("ridgenet", "drawAgain"),
        Output("seed", "value"),
        Input("new-draw", "n_clicks"),
        State("seed", "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("ridgenet", "choose"),
        Output("asked", "data"),
        *[
            Input(name, "value")
            for name in (
                "data", "n", "noise", "seed", "target", "columns", "layers", "units", "activation",
            )
        ],
    )  # fmt: skip


def _names(problem: Problem, file: TableFile | None, tables: Tables) -> dict[str, str]:
    """Return the tables an address may offer: the file and its own upload, not those of others."""
    names = {} if tables.file is None else {FILE: tables.file.name}
    return names if file is None else {**names, problem.data: file.name}


def guard(app: Dash, hosts: set[str] | None) -> None:
    """Reject requests for other host names, and from other sites open in the browser.

    Parameters
    ----------
    app : Dash
        The page.
    hosts : set of str or None
        Allowed host names with ports; None allows any, for a server open to other computers.
    """

    @app.server.before_request
    def _refuse_strangers() -> tuple[str, int] | None:
        if hosts is not None and request.host not in hosts:
            return "this page answers to the address it printed", 403
        # the page itself may be linked from anywhere, so that its address can be shared
        origin = request.headers.get("Origin")
        is_foreign = origin is not None and urlsplit(origin).netloc != request.host
        site = request.headers.get("Sec-Fetch-Site", "none")
        is_work = request.path.startswith(WORK)
        if (is_foreign and (is_work or request.method == "POST")) or (is_work and site not in ("same-origin", "none")):
            return "another site may not ask this page for anything", 403
        return None


def is_loopback(host: str) -> bool:
    """Return whether a host address can only be reached from this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def in_address(host: str) -> str:
    """Return a host as it is written in a URL."""
    return f"[{host}]" if ":" in host else host


def _listening(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises
    ------
    RidgeNetError
        If the host is not an address of this computer, or the port is in use.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((host, port), family=family, dualstack_ipv6=both)
    except OSError as error:
        reason = {
            errno.EADDRINUSE: "another program listens there; choose another port, or 0 for one that is free",
            errno.EADDRNOTAVAIL: "this computer has no such address",
        }.get(error.errno or 0, error.strerror or str(error))
        raise RidgeNetError(f"cannot listen at {host}, port {port}: {reason}") from None


class _Threads(ThreadedWSGIServer):
    """A thread for each request; closed connections are not logged, since tabs are often closed."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def warm_up(paths: PathCache) -> None:
    """Compute a small path and a frame once, so that all modules they need are loaded; discard the result."""
    # the page may be closed meanwhile, and its folder removed
    with contextlib.suppress(KeyboardInterrupt, Cancelled, RidgeNetError, OSError):
        learned = learn(SMALL, paths.tables, lambda *_: paths.is_closed)
        text_of(learned, SOURCE)
        state = live.advanced(learned, live.State.at_start(learned), 1.0, 1)
        live.frame(learned, state, 1.0, ENGLISH.gettext)


class Server:
    """The server of a page.

    Parameters
    ----------
    file : TableFile or None
        The table shown first.
    host : str
        Address to listen on.
    port : int
        Port; 0 chooses a free one.
    """

    def __init__(self, file: TableFile | None = None, host: str = LOOPBACK, port: int = 0) -> None:
        usual = Problem() if file is None else Problem(data=FILE, target=file.target)
        with _listening(host, port) as listening:
            self._paths = PathCache(Tables(file))
            app = new_app(self._paths, usual)
            self._server = _Threads(host, port, app.server, fd=listening.fileno())
        self.port = self._server.port
        own = {f"{in_address(name)}:{self.port}" for name in (LOOPBACK, "::1", "localhost", host)}
        guard(app, own if is_loopback(host) else None)
        shown = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)
        self.address = f"http://{in_address(shown)}:{self.port}/"
        logging.getLogger("werkzeug").setLevel(logging.ERROR)

    def run(self, when_ready: Callable[[], object] = lambda: None) -> None:
        """Serve until Ctrl-C, or until another thread calls `stop`."""
        threading.Thread(target=warm_up, args=(self._paths,), daemon=True).start()
        try:
            when_ready()
            self._server.serve_forever()
        finally:
            self._paths.close()
            self._server.server_close()

    def stop(self) -> None:
        """Make `run` return; call it from another thread."""
        self._server.shutdown()


def open_browser(address: str) -> None:
    """Open the page in the default browser, if there is one."""
    try:
        webbrowser.open(address)
    except webbrowser.Error:
        return
