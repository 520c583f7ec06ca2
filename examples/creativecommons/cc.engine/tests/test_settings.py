import socket
import tempfile
import unittest
from pathlib import Path

from ccengine.settings import read_settings


class SettingsOfANode(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.env_file = self.root / "ccengine.env"

    def read(self, **environ):
        return read_settings(self.env_file, environ, self.root)

    def test_without_a_file(self):
        settings = self.read()
        self.assertEqual((settings.node, settings.revision, settings.cache), (socket.gethostname(), "unknown", None))

    def test_with_a_file(self):
        self.env_file.write_text("# made by Proog\nCCENGINE_NODE=web-3 \nCCENGINE_CACHE=\nPATH=/evil\n")
        settings = self.read()
        self.assertEqual((settings.node, settings.cache), ("web-3", ""))
        self.assertEqual(self.read(CCENGINE_NODE="here").node, "here")

    def test_the_revision(self):
        log = self.root / ".git/logs/HEAD"
        log.parent.mkdir(parents=True)
        log.write_text("000 aaa A <a@b> 1 +0000\tclone: from x\naaa bbb A <a@b> 2 +0000\tcheckout: moving from main to v2\n")
        self.assertEqual(self.read().revision, "bbb")
        (self.root / "REVISION").write_text("v3.1\n")
        self.assertEqual(self.read().revision, "v3.1")
        self.assertEqual(self.read(CCENGINE_REVISION="x").revision, "x")
