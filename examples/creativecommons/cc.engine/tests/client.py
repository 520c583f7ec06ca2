"""Requests to the application without a server, as mod_wsgi makes them."""

import io
from dataclasses import dataclass
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

from ccengine.application import Application
from ccengine.settings import Settings


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str
    log: str


def start(revision: str = "abc123", cache: str | None = None) -> Application:
    return Application(Settings(node="web-1", revision=revision, cache=cache))


def get(application: Application, address: str, method: str = "GET", accept: str = "*/*", language: str = "", cache: str = "") -> Answer:
    """Asks for an address such as "/choose?credit=no"; wsgiref's validator checks both sides of WSGI on the way."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_ACCEPT": accept,
        "HTTP_ACCEPT_LANGUAGE": language,
        "CCENGINE_CACHE": cache,
        "wsgi.errors": io.StringIO(),
    }
    setup_testing_defaults(environ)
    log = environ["wsgi.errors"]
    started: list = []
    chunks = validator(application)(environ, lambda status, headers, exc_info=None: started.extend((status, headers)))
    body = b"".join(chunks).decode()
    chunks.close()
    return Answer(int(started[0][:3]), dict(started[1]), body, log.getvalue())
