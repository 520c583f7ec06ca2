"""The licenses, read from the RDF files in licenses/ and the terms in vocabulary.rdf."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from ccengine import ROOT

CC = "{http://creativecommons.org/ns#}"
DCTERMS = "{http://purl.org/dc/terms/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RDFS = "{http://www.w3.org/2000/01/rdf-schema#}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

DERIVATIVE_WORKS = "http://creativecommons.org/ns#DerivativeWorks"
NO_DERIVATIVES = "urn:ccengine:NoDerivatives"


@dataclass(frozen=True)
class Term:
    """A permission, requirement or prohibition, explained in each language."""

    label: dict[str, str]
    comment: dict[str, str]


@dataclass(frozen=True)
class License:
    code: str
    version: str
    uri: str
    title: dict[str, str]
    description: dict[str, str]
    permissions: tuple[Term, ...]
    conditions: tuple[Term, ...]
    legalcode: dict[str, str]
    rdf: bytes
    """The file that all of this was read from."""

    @property
    def path(self) -> str:
        return urlsplit(self.uri).path

    @property
    def name(self) -> str:
        return f"CC0 {self.version}" if self.is_dedication else f"CC {self.code.upper()} {self.version}"

    @property
    def elements(self) -> list[str]:
        """The short signs of its parts: ["BY", "NC"], or ["0"]."""
        return ["0"] if self.is_dedication else self.code.upper().split("-")

    @property
    def is_dedication(self) -> bool:
        return self.code == "zero"


def read_licenses(root: Path = ROOT) -> dict[str, License]:
    """All licenses by code, the freest first."""
    terms = read_terms(root / "vocabulary.rdf")
    licenses = [read_license(path, terms) for path in (root / "licenses").glob("*.rdf")]
    licenses.sort(key=lambda license: (len(license.conditions), license.code))
    return {license.code: license for license in licenses}


def read_terms(path: Path) -> dict[str, Term]:
    nodes = ElementTree.parse(path).getroot()
    return {node.attrib[RDF + "about"]: Term(read_texts(node, RDFS + "label"), read_texts(node, RDFS + "comment")) for node in nodes}


def read_license(path: Path, terms: dict[str, Term]) -> License:
    rdf = path.read_bytes()
    node = ElementTree.fromstring(rdf).find(CC + "License")
    if node is None:
        raise ValueError(f"{path} describes no cc:License")
    permitted, required, prohibited = (read_references(node, CC + kind) for kind in ("permits", "requires", "prohibits"))
    if DERIVATIVE_WORKS not in permitted:
        prohibited.append(NO_DERIVATIVES)
    return License(
        code=node.findtext(DCTERMS + "identifier", ""),
        version=node.findtext(DCTERMS + "hasVersion", ""),
        uri=node.attrib[RDF + "about"],
        title=read_texts(node, DCTERMS + "title"),
        description=read_texts(node, DCTERMS + "description"),
        permissions=tuple(terms[uri] for uri in permitted),
        conditions=tuple(terms[uri] for uri in required + prohibited),
        legalcode={
            document.findtext(DCTERMS + "language", ""): document.attrib[RDF + "about"]
            for document in node.iterfind(f"{CC}legalcode/{RDF}Description")
        },
        rdf=rdf,
    )


def read_texts(node: ElementTree.Element, tag: str) -> dict[str, str]:
    return {child.attrib[LANGUAGE]: child.text or "" for child in node.iterfind(tag)}


def read_references(node: ElementTree.Element, tag: str) -> list[str]:
    return [child.attrib[RDF + "resource"] for child in node.iterfind(tag)]
