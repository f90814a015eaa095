"""A real HTTP server in front of MLflow's, which passes requests on or answers them badly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class Proxy(ThreadingHTTPServer):
    """Passes requests on to `target`, or answers all but the version with `answer`."""

    daemon_threads = True

    def __init__(self, target: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.uri = f"http://127.0.0.1:{self.server_port}"
        self.target = target
        self.answer: tuple[int, str] | None = None
        self.n_answered = 0


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.answer is None:
            status, content = self._pass_on(body)
        elif self.path == "/version":
            status, content = 200, b"3.0.0"
        else:
            self.server.n_answered += 1
            status, content = self.server.answer[0], self.server.answer[1].encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Retry-After", "3600")
        self.end_headers()
        self.wfile.write(content)

    def _pass_on(self, body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": self.headers.get("Content-Type", "application/json")}
        url = f"{self.server.target}{self.path}"
        request = Request(url, data=body or None, headers=headers, method=self.command)
        try:
            with urlopen(request) as response:
                return response.status, response.read()
        except HTTPError as error:
            return error.code, error.read()

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def proxying(target: str | None = None) -> Iterator[Proxy]:
    """A proxy that has started."""
    with Proxy(target) as proxy:
        Thread(target=proxy.serve_forever, args=(0.01,), daemon=True).start()
        yield proxy
        proxy.shutdown()
