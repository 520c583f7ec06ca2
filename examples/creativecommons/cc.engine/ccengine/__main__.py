"""A server to develop with: python3 -m ccengine. In production Apache does this, and serves static/ itself."""

import argparse
import mimetypes
from wsgiref.simple_server import make_server

from ccengine import ROOT
from ccengine.application import Application
from ccengine.settings import read_settings

STATIC = ROOT / "static"


def with_static_files(application):
    def serve(environ, start_response):
        path = environ.get("PATH_INFO", "")
        file = (STATIC / path.removeprefix("/static/")).resolve()
        if not (path.startswith("/static/") and file.is_relative_to(STATIC) and file.is_file()):
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", mimetypes.guess_type(file.name)[0] or "text/plain")])
        return [file.read_bytes()]

    return serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m ccengine", description="Serves the license engine for development.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    with make_server(options.host, options.port, with_static_files(Application(read_settings()))) as server:
        print(f"http://{options.host}:{options.port}/ (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
