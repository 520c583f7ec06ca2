"""ccengine: choose a Creative Commons license and read what it says, in your language."""

from pathlib import Path

__version__ = "1.0"

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: licenses/, translations/, templates/ and static/ stand in it."""
