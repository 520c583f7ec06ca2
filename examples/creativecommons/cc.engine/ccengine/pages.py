"""The HTML of the pages. Each function is one page, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ccengine.chooser import QUESTIONS, WORK_FIELDS, Choice, choose_code, render_snippet
from ccengine.licenses import License, Term
from ccengine.markup import Html, load_template, render


@dataclass(frozen=True)
class Site:
    licenses: dict[str, License]
    translations: dict[str, dict[str, str]]


def render_first_page(site: Site, language: str) -> Html:
    words = site.translations[language]
    licenses = [
        render(
            '<li><a href="{link}">{badges}<span><strong>{name}</strong><br>{description}</span></a></li>\n',
            link=write_link(license.path, language),
            badges=render_badges(license),
            name=license.name,
            description=license.description[language],
        )
        for license in site.licenses.values()
    ]
    content = render(load_template("first"), t=words, choose=write_link("/choose", language), licenses=licenses)
    return render_layout(site, language, "/", words["tagline"], content)


def render_choose_page(site: Site, language: str, choice: Choice) -> Html:
    words = site.translations[language]
    code = choose_code(choice.answers)
    result = render_result(site.licenses[code], language, choice, words) if code else ""
    content = render(
        load_template("choose"),
        t=words,
        language=language,
        result=result,
        questions=[render_question(name, choice, words, complete=bool(code)) for name in QUESTIONS],
        work=choice.work,
        fields=[render_work_field(name, choice, words) for name in WORK_FIELDS],
    )
    return render_layout(site, language, "/choose", words["choose_title"], content, {**choice.answers, **choice.work})


def render_result(license: License, language: str, choice: Choice, words: Mapping[str, str]) -> Html:
    snippet = render_snippet(license, choice.work, words)
    return render(
        load_template("result"),
        t=words,
        license=license,
        title=license.title[language],
        description=license.description[language],
        badges=render_badges(license),
        link=write_link(license.path, language),
        preview=snippet,
        html=str(snippet),
    )


def render_question(name: str, choice: Choice, words: Mapping[str, str], complete: bool) -> Html:
    unanswered = choice.submitted and not complete and name not in choice.answers
    return render(
        '<fieldset>\n<legend>{question}</legend>\n<p class="hint">{hint}</p>\n{problem}{options}</fieldset>\n',
        question=words[name],
        hint=words[f"{name}_hint"],
        problem=render('<p class="problem">{text}</p>\n', text=words["unanswered"]) if unanswered else "",
        options=[
            render(
                '<label><input type="radio" name="{name}" value="{value}"{checked}> {text}</label>\n',
                name=name,
                value=value,
                checked=Html(" checked") if choice.answers.get(name) == value else "",
                text=words[value],
            )
            for value in QUESTIONS[name]
        ],
    )


def render_work_field(name: str, choice: Choice, words: Mapping[str, str]) -> Html:
    problem = words["bad_url"] if name == "url" and choice.url_is_wrong else None
    return render(
        '<label>{label}\n<input type="text" name="{name}" value="{value}" maxlength="300" autocomplete="off"></label>\n{problem}',
        label=words[f"work_{name}"],
        name=name,
        value=choice.work.get(name),
        problem=render('<p class="problem">{text}</p>\n', text=problem) if problem else "",
    )


def render_deed_page(site: Site, language: str, license: License) -> Html:
    words = site.translations[language]
    conditions = render('<ul class="terms must">\n{terms}</ul>', terms=render_terms(license.conditions, language))
    content = render(
        load_template("deed"),
        t=words,
        license=license,
        title=license.title[language],
        badges=render_badges(license),
        permissions=render_terms(license.permissions, language),
        conditions=conditions if license.conditions else render("<p>{text}</p>", text=words["no_terms"]),
        legalcode=license.legalcode[language],
    )
    return render_layout(site, language, license.path, f"{license.name}: {license.title[language]}", content)


def render_message_page(site: Site, language: str, message: str) -> Html:
    """The page of an error: its words are `<message>` and `<message>_text`."""
    words = site.translations[language]
    content = render(
        load_template("message"),
        title=words[message],
        text=words[f"{message}_text"],
        link=write_link("/", language),
        label=words["first_page"],
    )
    return render_layout(site, language, "/", words[message], content)


def render_terms(terms: tuple[Term, ...], language: str) -> list[Html]:
    item = "<li><strong>{label}</strong> {comment}</li>\n"
    return [render(item, label=term.label[language], comment=term.comment[language]) for term in terms]


def render_badges(license: License) -> Html:
    badges = [render("<span>{element}</span>", element=element) for element in license.elements]
    return render('<span class="badges" aria-hidden="true">{badges}</span>', badges=badges)


def render_layout(
    site: Site, language: str, path: str, title: str, content: Html, query: Mapping[str, str] | None = None
) -> Html:
    """The frame of every page; `path` and `query` are the page itself, for its links to other languages."""
    languages = [
        render(
            '<a href="{link}" lang="{code}" hreflang="{code}"{current}>{name}</a>\n',
            link=write_link(path, code, query),
            code=code,
            current=Html(' aria-current="true"') if code == language else "",
            name=words["name"],
        )
        for code, words in site.translations.items()
    ]
    return render(
        load_template("layout"),
        t=site.translations[language],
        language=language,
        title=title,
        first=write_link("/", language),
        choose=write_link("/choose", language),
        languages=languages,
        content=content,
    )


def write_link(path: str, language: str, query: Mapping[str, str] | None = None) -> str:
    return f"{path}?{urlencode({**(query or {}), 'lang': language})}"
