"""The words of the pages, one file per language in translations/."""

import json
from pathlib import Path

from ccengine import ROOT

DEFAULT_LANGUAGE = "en"


def read_translations(root: Path = ROOT) -> dict[str, dict[str, str]]:
    """The words by language, the default language first and the others in alphabetical order."""
    files = sorted((root / "translations").glob("*.json"), key=lambda file: (file.stem != DEFAULT_LANGUAGE, file.stem))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
