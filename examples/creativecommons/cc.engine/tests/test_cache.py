import tempfile
import unittest
from pathlib import Path

from tests.client import get, start

DEED = "/licenses/by/4.0/?lang=de"


class PageCache(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def files(self):
        return sorted(file.name for file in Path(self.folder).iterdir())

    def test_a_deed_is_made_once(self):
        application = start()
        first, second = (get(application, DEED, cache=self.folder) for _ in range(2))
        self.assertEqual((first.headers["X-Cache"], second.headers["X-Cache"]), ("miss", "hit"))
        self.assertEqual(first.body, second.body)
        self.assertEqual(self.files(), ["abc123-by-4.0.de.html"])

    def test_the_node_settings_win_over_the_web_server(self):
        get(start(cache=self.folder), DEED, cache="/nowhere")
        self.assertEqual(len(self.files()), 1)
        self.assertEqual(get(start(cache=""), DEED, cache=self.folder).headers["X-Cache"], "off")

    def test_a_new_revision_shows_no_old_page(self):
        get(start(revision="v1"), DEED, cache=self.folder)
        Path(self.folder, self.files()[0]).write_text("old")
        self.assertNotEqual(get(start(revision="../v2"), DEED, cache=self.folder).body, "old")
        self.assertEqual(self.files(), ["---v2-by-4.0.de.html", "v1-by-4.0.de.html"])

    def test_emptied_it_fills_again(self):
        application = start()
        get(application, DEED, cache=self.folder)
        Path(self.folder, self.files()[0]).unlink()
        self.assertEqual(get(application, DEED, cache=self.folder).headers["X-Cache"], "miss")
        self.assertEqual(len(self.files()), 1)

    def test_a_broken_cache_costs_a_log_line_and_no_page(self):
        answer = get(start(), DEED, cache=f"{self.folder}/missing")
        self.assertEqual((answer.status, answer.headers["X-Cache"]), (200, "miss"))
        self.assertRegex(answer.log, r"^page cache: .*No such file or directory")
        Path(self.folder, "abc123-by-4.0.de.html").mkdir()
        answer = get(start(), DEED, cache=self.folder)
        self.assertIn("Namensnennung", answer.body)
        self.assertRegex(answer.log, r"Is a directory")
        self.assertEqual(self.files(), ["abc123-by-4.0.de.html"])

    def test_only_deeds_are_kept(self):
        for address in ("/", "/choose?credit=no", "/nowhere", "/licenses/by/4.0/rdf"):
            get(start(), address, cache=self.folder)
        self.assertEqual(self.files(), [])
