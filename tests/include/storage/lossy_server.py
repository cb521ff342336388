"""A server that speaks just enough S3 to create objects, and loses its first answer on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

TAKEN = b"<Error><Code>PreconditionFailed</Code></Error>"


class _LossyServer(ThreadingHTTPServer):
    def __init__(self, stores_before_losing: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stores_before_losing = stores_before_losing
        self.objects: dict[str, tuple[str, bytes]] = {}
        self.lost = 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _LossyServer

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        taken = self.path in self.server.objects
        loses = self.server.lost == 0
        if not taken and (not loses or self.server.stores_before_losing):
            self.server.objects[self.path] = (self.headers["x-amz-meta-ticket"], content)
        if loses:
            self.server.lost += 1
            self.close_connection = True
            return
        self._answer(412 if taken else 200, TAKEN if taken else b"")

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("x-amz-meta-ticket", self.server.objects[self.path][0])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def lossy_server(*, stores_before_losing: bool) -> Iterator[_LossyServer]:
    """Yield a server that closes the first connection without an answer, after or before storing what it got."""
    server = _LossyServer(stores_before_losing)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
