"""Which language and which format a client wants (RFC 9110, section 12)."""

from collections.abc import Sequence


def parse_preferences(header: str) -> list[tuple[str, float]]:
    """Values and weights of an Accept header, best first: "de-AT, en;q=0.5" is [("de-at", 1.0), ("en", 0.5)]."""
    preferences = []
    for item in header.lower().split(","):
        value, *parameters = (part.strip() for part in item.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        if value:
            preferences.append((value, parse_weight(weights[0]) if weights else 1.0))
    return sorted(preferences, key=lambda preference: -preference[1])


def parse_weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def negotiate_language(available: Sequence[str], accept_language: str, asked: str = "") -> str:
    """The language asked for by name, else the best accepted one, else the first that is available."""
    accepted = [value for value, weight in parse_preferences(accept_language) if weight > 0]
    for language in [asked.lower(), *accepted]:
        # "de_AT" and "de-AT" are answered in "de": no deed differs by country.
        primary = language.replace("_", "-").split("-")[0]
        if primary in available:
            return primary
    return available[0]


def prefers_rdf(accept: str) -> bool:
    """Whether a client would rather have RDF than HTML. Browsers and `*/*` get HTML."""
    weights = dict(reversed(parse_preferences(accept)))
    anything = weights.get("*/*", 0.0)
    return weights.get("application/rdf+xml", 0.0) > weights.get("text/html", weights.get("text/*", anything))
