import json
import re
import unittest

from ccengine import ROOT
from ccengine.translations import read_translations


class Translations(unittest.TestCase):
    def test_the_default_comes_first(self):
        self.assertEqual(list(read_translations()), ["en", "de", "es", "fr"])

    def test_every_language_has_the_same_words_and_placeholders(self):
        translations = read_translations()
        for language, words in translations.items():
            self.assertEqual(list(words), list(translations["en"]), language)
            for key, text in words.items():
                self.assertTrue(text.strip(), f"{language}: {key}")
                self.assertEqual(set(re.findall(r"{\w+}", text)), set(re.findall(r"{\w+}", translations["en"][key])), f"{language}: {key}")

    def test_every_word_is_used(self):
        sources = [*ROOT.glob("ccengine/*.py"), *ROOT.glob("templates/*.html")]
        text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
        composed = {"credit_hint", "commercial_hint", "adaptations_hint", "work_title", "work_creator", "work_url", "missing_text", "bad_request_text"}
        for key in json.loads((ROOT / "translations/en.json").read_text(encoding="utf-8")):
            if key not in composed:
                self.assertRegex(text, rf"\bt\[{key}\]|\"{key}\"", key)
