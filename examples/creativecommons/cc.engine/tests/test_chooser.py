import unittest
from itertools import product

from ccengine.chooser import QUESTIONS, choose_code, is_web_address, parse_choice, render_snippet
from ccengine.licenses import read_licenses
from ccengine.translations import read_translations


class Chooser(unittest.TestCase):
    def setUp(self):
        self.licenses = read_licenses()
        self.words = read_translations()

    def test_answers_lead_to_licenses(self):
        for answers, expected in [
            (("yes", "yes", "yes"), "by"),
            (("yes", "yes", "alike"), "by-sa"),
            (("yes", "yes", "no"), "by-nd"),
            (("yes", "no", "yes"), "by-nc"),
            (("yes", "no", "alike"), "by-nc-sa"),
            (("yes", "no", "no"), "by-nc-nd"),
            (("no", "no", "no"), "zero"),
        ]:
            self.assertEqual(choose_code(dict(zip(QUESTIONS, answers))), expected)

    def test_all_answers_together_reach_all_licenses(self):
        codes = {choose_code(dict(zip(QUESTIONS, answers))) for answers in product(*QUESTIONS.values())}
        self.assertEqual(codes, set(self.licenses))

    def test_a_missing_answer_leads_nowhere_unless_it_does_not_matter(self):
        self.assertIsNone(choose_code({"credit": "yes", "commercial": "no"}))
        self.assertEqual(choose_code({"credit": "no"}), "zero")

    def test_a_query_is_reduced_to_what_makes_sense(self):
        choice = parse_choice({"credit": "maybe", "commercial": "no", "title": " A\x00\n ", "creator": "x" * 999, "url": ""})
        self.assertEqual(choice.answers, {"commercial": "no"})
        self.assertEqual(choice.work, {"title": "A", "creator": "x" * 300})
        self.assertTrue(choice.submitted)
        self.assertFalse(parse_choice({"lang": "de"}).submitted)

    def test_web_addresses(self):
        for text in ("http://a.org", "https://a.org/b?c=d#e"):
            self.assertTrue(is_web_address(text), text)
        for text in ("javascript:alert(1)", "data:text/html,x", "//a.org", "a.org", "http://", "http://[", "JaVaScRiPt://a.org"):
            self.assertFalse(is_web_address(text), text)

    def test_snippet(self):
        work = {"title": "Sunset", "creator": "Ada", "url": "https://ada.example/sunset"}
        self.assertEqual(
            render_snippet(self.licenses["by-sa"], work, self.words["en"]),
            '<p xmlns:cc="http://creativecommons.org/ns#" xmlns:dct="http://purl.org/dc/terms/">'
            '<a rel="cc:attributionURL" href="https://ada.example/sunset"><span property="dct:title">Sunset</span></a>'
            ' by <span property="cc:attributionName">Ada</span> is licensed under '
            '<a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">CC BY-SA 4.0</a>.</p>',
        )

    def test_snippet_without_anything_about_the_work(self):
        self.assertIn(">Dieses Werk wird mit <a ", render_snippet(self.licenses["zero"], {}, self.words["de"]))

    def test_nothing_gets_out_of_the_snippet(self):
        hostile = "\"'><script>{license.rdf}{0}&amp;"
        snippet = render_snippet(self.licenses["by"], {"title": hostile, "creator": hostile, "url": f"https://a.org/{hostile}"}, self.words["en"])
        self.assertNotIn("<script", snippet)
        self.assertEqual(snippet.count("&quot;&#x27;&gt;&lt;script&gt;{license.rdf}{0}&amp;amp;"), 3)

    def test_an_address_that_is_none_is_left_out(self):
        self.assertNotIn("javascript", render_snippet(self.licenses["by"], {"url": "javascript:alert(1)"}, self.words["en"]))
