"""What differs between machines: the cache folder, the node's name, the revision that runs."""

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ccengine import ROOT


@dataclass(frozen=True)
class Settings:
    node: str
    revision: str
    cache: str | None = None
    """Folder of the page cache; empty for no cache, None to take it from the WSGI environ."""


def read_settings(env_file: Path | None = None, environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> Settings:
    """Settings from an optional file of KEY=value lines and from the process environment, which wins."""
    values = {**read_env_file(env_file), **environ}
    return Settings(
        node=values.get("CCENGINE_NODE") or socket.gethostname(),
        revision=values.get("CCENGINE_REVISION") or read_revision(root),
        cache=values.get("CCENGINE_CACHE"),
    )


def read_env_file(path: Path | None) -> dict[str, str]:
    if path is None or not path.exists():
        return {}
    return dict(re.findall(r"^(CCENGINE_\w+)=(.*?)\s*$", path.read_text(encoding="utf-8"), re.MULTILINE))


def read_revision(root: Path) -> str:
    """The revision of a checkout: its file REVISION, else the newest line of git's log of HEAD, else "unknown"."""
    try:
        if (root / "REVISION").exists():
            return (root / "REVISION").read_text(encoding="utf-8").strip()
        # <old> <new> <who> <when> <time zone>\t<what>
        newest = (root / ".git/logs/HEAD").read_text(encoding="utf-8").splitlines()[-1]
        return newest.split()[1]
    except (OSError, IndexError):
        return "unknown"
