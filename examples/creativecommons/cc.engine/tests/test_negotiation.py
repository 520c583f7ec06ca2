import unittest

from ccengine.negotiation import negotiate_language, parse_preferences, prefers_rdf

AVAILABLE = ["en", "de", "es", "fr"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Negotiation(unittest.TestCase):
    def test_preferences_are_sorted_by_weight(self):
        self.assertEqual(parse_preferences("en;q=0.5, de-AT, fr; q=0.9,"), [("de-at", 1.0), ("fr", 0.9), ("en", 0.5)])

    def test_a_weight_that_is_no_weight_counts_as_nothing(self):
        self.assertEqual(parse_preferences("de;q=nan, fr;q=2, es;q=x"), [("de", 0.0), ("fr", 0.0), ("es", 0.0)])

    def test_language(self):
        for header, asked, expected in [
            ("", "", "en"),
            ("de", "", "de"),
            ("fr-CH, en;q=0.3", "", "fr"),
            ("it, es;q=0.2", "", "es"),
            ("de;q=0, es;q=0.1", "", "es"),
            ("de;q=0", "", "en"),
            ("*", "", "en"),
            ("fr", "de", "de"),
            ("fr", "DE_at", "de"),
            ("fr", "tlh", "fr"),
            ("fr", "../../etc/passwd", "fr"),
        ]:
            with self.subTest(header=header, asked=asked):
                self.assertEqual(negotiate_language(AVAILABLE, header, asked), expected)

    def test_rdf_is_for_those_who_prefer_it(self):
        for accept, expected in [
            ("application/rdf+xml", True),
            ("application/rdf+xml, text/html;q=0.5", True),
            ("application/rdf+xml;q=0.9, */*;q=0.1", True),
            ("application/rdf+xml;q=0.4, text/html", False),
            ("application/rdf+xml, text/html", False),
            ("application/rdf+xml;q=0", False),
            ("", False),
            ("*/*", False),
            (BROWSER, False),
        ]:
            with self.subTest(accept=accept):
                self.assertEqual(prefers_rdf(accept), expected)
