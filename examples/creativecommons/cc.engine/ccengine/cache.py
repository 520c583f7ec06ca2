"""Pages kept on disk. The folder may be emptied at any time: a page that is gone is made again."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def read_or_make(file: Path | None, make: Callable[[], bytes], complain: Callable[[str], object]) -> tuple[bytes, str]:
    """A page and where it came from: "hit", "miss", or "off" without a file. A broken cache only costs time."""
    if file is None:
        return make(), "off"
    try:
        return file.read_bytes(), "hit"
    except FileNotFoundError:
        pass
    except OSError as error:
        complain(f"page cache: {error}\n")
    page = make()
    try:
        write_atomically(file, page)
    except OSError as error:
        complain(f"page cache: {error}\n")
    return page, "miss"


def write_atomically(file: Path, content: bytes) -> None:
    """Readers see the old file or the new one, never a half, also when several processes write at once."""
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(temporary, file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
