import json
import unittest
from html.parser import HTMLParser

from ccengine import __version__
from ccengine.translations import read_translations
from tests.client import get, start

VOID = {"meta", "link", "input", "br"}


class BalancedTags(HTMLParser):
    """Fails on a tag that is not closed, or closed twice."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise AssertionError(f"</{tag}> closes nothing, line {self.getpos()[0]}")


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.application = start()
        cls.paths = ["/", "/choose", *cls.application.licenses_by_path]

    def test_every_page_in_every_language(self):
        choices = ["credit=no", "credit=yes", "credit=yes&commercial=no&adaptations=alike&title=T&creator=C&url=https://a.org"]
        addresses = self.paths + [f"/choose?{choice}" for choice in choices]
        for address in addresses:
            for language, words in read_translations().items():
                with self.subTest(address=address, language=language):
                    answer = get(self.application, address, language=language)
                    self.assertEqual(answer.status, 200)
                    self.assertEqual(answer.headers["Content-Language"], language)
                    self.assertEqual(answer.headers["Vary"], "Accept, Accept-Language")
                    self.assertIn(f'<html lang="{language}">', answer.body)
                    self.assertIn(words["footer"], answer.body)
                    parser = BalancedTags()
                    parser.feed(answer.body)
                    self.assertEqual(parser.open, [])

    def test_every_own_link_leads_somewhere(self):
        seen = set()
        waiting = ["/"]
        while waiting:
            address = waiting.pop()
            if address in seen or address.startswith(("https:", "/static/")):
                continue
            seen.add(address)
            answer = get(self.application, address)
            self.assertEqual(answer.status, 200, address)
            parser = HTMLParser()
            parser.handle_starttag = lambda tag, attrs: waiting.extend(value for name, value in attrs if name == "href")
            if answer.headers["Content-Type"].startswith("text/html"):
                parser.feed(answer.body)
        self.assertEqual(len(seen), 1 + 4 * len(self.paths) + len(self.application.licenses_by_path))

    def test_an_asked_language_wins_and_stays(self):
        answer = get(self.application, "/licenses/by/4.0/?lang=de", language="fr")
        self.assertIn("Namensnennung 4.0 International", answer.body)
        self.assertIn('href="/?lang=de"', answer.body)

    def test_a_deed_links_to_the_legal_code_in_its_language(self):
        answer = get(self.application, "/licenses/by-nd/4.0/?lang=es")
        self.assertIn('href="https://creativecommons.org/licenses/by-nd/4.0/legalcode.es"', answer.body)
        answer = get(self.application, "/licenses/by-nd/4.0/legalcode?lang=fr")
        self.assertEqual((answer.status, answer.headers["Location"]), (302, "https://creativecommons.org/licenses/by-nd/4.0/legalcode.fr"))

    def test_rdf_by_accept_and_by_address(self):
        for path in self.application.licenses_by_path:
            by_accept = get(self.application, path, accept="application/rdf+xml")
            self.assertEqual(by_accept.headers["Content-Type"], "application/rdf+xml")
            self.assertIn(f'<cc:License rdf:about="https://creativecommons.org{path}">', by_accept.body)
            self.assertEqual(by_accept.body, get(self.application, path + "rdf").body)

    def test_choosing_keeps_the_answers_and_escapes_them(self):
        query = "credit=yes&commercial=no&adaptations=no&creator=%3Cscript%3E&url=javascript:alert(1)"
        answer = get(self.application, f"/choose?{query}")
        self.assertIn("<span>CC BY-NC-ND 4.0</span>", answer.body)
        self.assertEqual(answer.body.count(" checked>"), 3)
        self.assertNotIn("<script", answer.body)
        self.assertNotIn('href="javascript', answer.body)
        self.assertIn("This is not a web address", answer.body)
        self.assertIn("&lt;p xmlns:cc=&quot;", answer.body)

    def test_choosing_asks_for_what_is_missing(self):
        self.assertNotIn('class="problem"', get(self.application, "/choose").body)
        answer = get(self.application, "/choose?credit=yes&commercial=&adaptations=wrong")
        self.assertEqual(answer.body.count("Please answer this one too."), 2)
        self.assertNotIn('class="card"', answer.body)

    def test_what_is_not_there(self):
        for path in ("/nowhere", "/licenses/by/4.0", "/licenses/by/9.9/", "/licenses/by/4.0/other", "//", "/\xff"):
            answer = get(self.application, path, language="de")
            self.assertEqual((answer.status, answer.headers["Cache-Control"]), (404, "no-store"), path)
            self.assertIn("Seite nicht gefunden", answer.body)

    def test_what_makes_no_sense(self):
        self.assertEqual(get(self.application, "/?" + "&".join(f"a{number}=" for number in range(21))).status, 400)
        answer = get(self.application, "/choose", method="DELETE")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD"))

    def test_head_is_get_without_a_body(self):
        head, whole = (get(self.application, "/licenses/by/4.0/", method=method) for method in ("HEAD", "GET"))
        self.assertEqual((head.status, head.headers, head.body), (200, whole.headers, ""))

    def test_health(self):
        answer = get(start(revision="v3.1"), "/healthz")
        self.assertEqual((answer.status, answer.headers["Cache-Control"]), (200, "no-store"))
        self.assertEqual(
            json.loads(answer.body), {"status": "ok", "version": __version__, "revision": "v3.1", "node": "web-1", "licenses": 7}
        )
