import tempfile
import unittest
from pathlib import Path

from ccengine import ROOT
from ccengine.licenses import read_license, read_licenses, read_terms
from ccengine.translations import read_translations


class Licenses(unittest.TestCase):
    def setUp(self):
        self.licenses = read_licenses()

    def test_all_are_there_the_freest_first(self):
        self.assertEqual(list(self.licenses), ["zero", "by", "by-nc", "by-nd", "by-sa", "by-nc-nd", "by-nc-sa"])

    def test_every_text_is_there_in_every_language(self):
        languages = set(read_translations())
        for license in self.licenses.values():
            texts = [license.title, license.description, license.legalcode]
            texts += [text for term in license.permissions + license.conditions for text in (term.label, term.comment)]
            for text in texts:
                self.assertEqual({language for language in text if text[language]}, languages, license.code)

    def test_names_and_addresses(self):
        license = self.licenses["by-nc-sa"]
        self.assertEqual((license.name, license.path), ("CC BY-NC-SA 4.0", "/licenses/by-nc-sa/4.0/"))
        self.assertEqual(license.elements, ["BY", "NC", "SA"])
        self.assertEqual(license.legalcode["de"], "https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode.de")
        self.assertEqual((self.licenses["zero"].name, self.licenses["zero"].path), ("CC0 1.0", "/publicdomain/zero/1.0/"))

    def test_terms_say_what_the_elements_say(self):
        signs = {"BY": "Give credit", "NC": "Not commercial", "ND": "No adaptations", "SA": "Share alike"}
        for license in self.licenses.values():
            conditions = {term.label["en"] for term in license.conditions} - {"Keep the notices"}
            self.assertEqual(conditions, {signs[element] for element in license.elements if element != "0"}, license.code)
            permissions = [term.label["en"] for term in license.permissions]
            self.assertEqual("Adapt" in permissions, "ND" not in license.elements, license.code)

    def test_a_file_without_a_license_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "empty.rdf")
            file.write_text('<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>')
            with self.assertRaisesRegex(ValueError, "empty.rdf describes no cc:License"):
                read_license(file, read_terms(ROOT / "vocabulary.rdf"))
