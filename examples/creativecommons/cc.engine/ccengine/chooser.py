"""From answers to a license, and to the HTML that marks a work with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ccengine.licenses import License
from ccengine.markup import Html, escape, render

QUESTIONS = {
    "credit": ("yes", "no"),
    "commercial": ("yes", "no"),
    "adaptations": ("yes", "alike", "no"),
}
WORK_FIELDS = ("title", "creator", "url")
LONGEST_FIELD = 300


@dataclass(frozen=True)
class Choice:
    """What somebody filled in: the answers that are valid, the fields of the work that are not empty."""

    answers: dict[str, str] = field(default_factory=dict)
    work: dict[str, str] = field(default_factory=dict)
    submitted: bool = False

    @property
    def url_is_wrong(self) -> bool:
        return "url" in self.work and not is_web_address(self.work["url"])


def parse_choice(query: Mapping[str, str]) -> Choice:
    work = {name: clean(query.get(name, "")) for name in WORK_FIELDS}
    return Choice(
        answers={name: query[name] for name, values in QUESTIONS.items() if query.get(name) in values},
        work={name: text for name, text in work.items() if text},
        submitted=any(name in query for name in (*QUESTIONS, *WORK_FIELDS)),
    )


def clean(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()[:LONGEST_FIELD]


def is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def choose_code(answers: Mapping[str, str]) -> str | None:
    """The code of the license that the answers lead to, None while an answer is missing."""
    if answers.get("credit") == "no":
        return "zero"
    if len(answers) < len(QUESTIONS):
        return None
    commercial = {"yes": "", "no": "-nc"}[answers["commercial"]]
    adaptations = {"yes": "", "alike": "-sa", "no": "-nd"}[answers["adaptations"]]
    return f"by{commercial}{adaptations}"


def render_snippet(license: License, work: Mapping[str, str], words: Mapping[str, str]) -> Html:
    """HTML with RDFa (the ccREL vocabulary) that says under which license a work is."""
    title = render('<span property="dct:title">{title}</span>', title=work["title"]) if "title" in work else words["this_work"]
    if "url" in work and is_web_address(work["url"]):
        title = render('<a rel="cc:attributionURL" href="{url}">{title}</a>', url=work["url"], title=title)
    if "creator" in work:
        creator = render('<span property="cc:attributionName">{creator}</span>', creator=work["creator"])
        title = render(escape(words["work_by"]), work=title, creator=creator)
    link = render('<a rel="license" href="{license.uri}">{license.name}</a>', license=license)
    sentence = render(escape(words["dedicated" if license.is_dedication else "licensed"]), work=title, license=link)
    return render(
        '<p xmlns:cc="http://creativecommons.org/ns#" xmlns:dct="http://purl.org/dc/terms/">{sentence}</p>', sentence=sentence
    )
