"""The WSGI application: from a path to a page."""

import json
import re
from http import HTTPStatus
from pathlib import Path

from ccengine import __version__, pages
from ccengine.cache import read_or_make
from ccengine.chooser import parse_choice
from ccengine.licenses import License, read_licenses
from ccengine.negotiation import negotiate_language, prefers_rdf
from ccengine.settings import Settings
from ccengine.translations import read_translations
from ccengine.wsgi import Request, Response, parse_request, send

VARY = ("Vary", "Accept, Accept-Language")
PUBLIC = ("Cache-Control", "public, max-age=300")
FRESH = ("Cache-Control", "no-cache")
NEVER_KEPT = ("Cache-Control", "no-store")


class Application:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.site = pages.Site(read_licenses(), read_translations())
        self.languages = list(self.site.translations)
        self.licenses_by_path = {license.path: license for license in self.site.licenses.values()}

    def __call__(self, environ, start_response):
        request = parse_request(environ)
        return send(self.respond(request), request.method, start_response)

    def respond(self, request: Request) -> Response:
        asked = (request.query or {}).get("lang", "")
        language = negotiate_language(self.languages, request.accept_language, asked)
        if request.method not in ("GET", "HEAD"):
            return Response(b"", HTTPStatus.METHOD_NOT_ALLOWED, "text/plain", (("Allow", "GET, HEAD"),))
        if request.query is None:
            return self.message("bad_request", HTTPStatus.BAD_REQUEST, language)
        if request.path == "/healthz":
            return self.health()
        if request.path == "/":
            return self.page(pages.render_first_page(self.site, language), language)
        if request.path == "/choose":
            choice = parse_choice(request.query)
            return self.page(pages.render_choose_page(self.site, language, choice), language, FRESH)
        folder, slash, document = request.path.rpartition("/")
        license = self.licenses_by_path.get(folder + slash)
        if license and document == "" and not prefers_rdf(request.accept):
            return self.deed(request, license, language)
        if license and document in ("", "rdf"):
            return Response(license.rdf, type="application/rdf+xml", headers=(PUBLIC, VARY))
        if license and document == "legalcode":
            return Response(b"", HTTPStatus.FOUND, headers=(("Location", license.legalcode[language]), PUBLIC, VARY))
        return self.message("missing", HTTPStatus.NOT_FOUND, language)

    def health(self) -> Response:
        health = {
            "status": "ok",
            "version": __version__,
            "revision": self.settings.revision,
            "node": self.settings.node,
            "licenses": len(self.site.licenses),
        }
        return Response(json.dumps(health).encode() + b"\n", type="application/json", headers=(NEVER_KEPT,))

    def deed(self, request: Request, license: License, language: str) -> Response:
        folder = request.cache if self.settings.cache is None else self.settings.cache
        file = Path(folder) / self.cache_name(license, language) if folder else None
        body, origin = read_or_make(
            file, lambda: pages.render_deed_page(self.site, language, license).encode(), request.complain
        )
        return Response(body, headers=(("Content-Language", language), PUBLIC, VARY, ("X-Cache", origin)))

    def cache_name(self, license: License, language: str) -> str:
        """No part of it comes from a request. The revision is in it, so a new release never shows an old page."""
        revision = re.sub(r"[^\w-]", "-", self.settings.revision)
        return f"{revision}-{license.code}-{license.version}.{language}.html"

    def message(self, name: str, status: HTTPStatus, language: str) -> Response:
        return self.page(pages.render_message_page(self.site, language, name), language, NEVER_KEPT, status)

    def page(self, html: str, language: str, keep=PUBLIC, status: HTTPStatus = HTTPStatus.OK) -> Response:
        return Response(html.encode(), status, headers=(("Content-Language", language), keep, VARY))
