"""What Apache's mod_wsgi loads: WSGIScriptAlias / /srv/ccengine/current/live.wsgi, a copy of it"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ccengine.application import Application  # noqa: E402: found through the line above
from ccengine.settings import read_settings  # noqa: E402

application = Application(read_settings(Path("/etc/ccengine.env")))
