"""The two ends of WSGI (PEP 3333): a request that is parsed, a response that is sent."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

MOST_FIELDS = 20


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str] | None
    """The first value of each field; None if the query is nothing that a form of ours sends."""
    accept: str
    accept_language: str
    cache: str
    complain: Callable[[str], object]


@dataclass(frozen=True)
class Response:
    body: bytes
    status: HTTPStatus = HTTPStatus.OK
    type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


def parse_request(environ: dict[str, Any]) -> Request:
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO") or "/",
        query=parse_query(environ.get("QUERY_STRING", "")),
        accept=environ.get("HTTP_ACCEPT", "*/*"),
        accept_language=environ.get("HTTP_ACCEPT_LANGUAGE", ""),
        cache=environ.get("CCENGINE_CACHE", ""),
        complain=environ["wsgi.errors"].write,
    )


def parse_query(text: str) -> dict[str, str] | None:
    try:
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


def send(response: Response, method: str, start_response: Callable[..., object]) -> Iterable[bytes]:
    status = f"{response.status.value} {response.status.phrase}"
    length = ("Content-Length", str(len(response.body)))
    start_response(status, [("Content-Type", response.type), length, *response.headers])
    return [b"" if method == "HEAD" else response.body]
