"""The routes of several vendors behind one WSGI callable, each laid out when it is first asked for.

Flask compiles every route of an application: for all vendors together that takes longer than most of what a sandbox is ever
asked, and nearly every sandbox stands for one vendor.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Blueprint


class Mounts:
    """A WSGI callable that hands a call to the application of the routes below whose prefix it is.

    Parameters
    ----------
    routes
        Blueprints, each with a prefix of its own.
    prepare
        What is done to every application before it answers.
    """

    def __init__(self, routes: Iterable[Blueprint], prepare: Callable[[Flask], None]) -> None:
        self._routes = {f"{each.url_prefix}/": each for each in routes}
        self._prepare = prepare
        self._apps: dict[str, Flask] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a call."""
        return self._app(environ.get("PATH_INFO", "")).wsgi_app(environ, start_response)

    def _app(self, path: str) -> Flask:
        # What begins as no prefix does is for all of them together: Flask may know it all the same, and refuses it else.
        prefix = next((prefix for prefix in self._routes if path.startswith(prefix)), "")
        if (app := self._apps.get(prefix)) is None:
            with self._lock:
                if (app := self._apps.get(prefix)) is None:
                    app = self._apps[prefix] = self._made([self._routes[prefix]] if prefix else self._routes.values())
        return app

    def _made(self, routes: Iterable[Blueprint]) -> Flask:
        app = Flask("segkit.sandbox", static_folder=None)
        self._prepare(app)
        for each in routes:
            app.register_blueprint(each)
        return app
