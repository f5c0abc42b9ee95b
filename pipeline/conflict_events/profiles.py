"""Outlet profiles: how a publisher frames an article, and what on its pages is not article.

A profile is a TOML file (see ``docs/outlet-profiles.md``); the package brings one for each outlet it knows and a
careful ``general`` one, which every other profile extends. Nothing about an outlet is written in code.

>>> profiles = load_profiles()
>>> profiles.recognise(url="https://www.syriahr.com/en/1/").id
'sohr'
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover - Python 3.10
    import tomli as tomllib

GENERAL = "general"
_CUE_WINDOW = 20_000  # characters of a text that are searched for an outlet's cues

#: Fields of a profile that hold regular expressions.
PATTERN_FIELDS = (
    "text_cues",
    "name_lines",
    "datelines",
    "bylines",
    "signatures",
    "captions",
    "drop_lines",
    "link_headings",
    "end_headings",
)

#: Fields in which case counts, because capitals tell names.
CASED_FIELDS = ("datelines", "bylines", "signatures")


class ProfileError(ValueError):
    """A profile file cannot be used; the message names the file, the field and what to do."""


class OutletProfile(BaseModel):
    """How one outlet frames its articles.

    All patterns are Python regular expressions. Case counts in ``datelines``, ``bylines`` and
    ``signatures``, where capitals tell names. ``name_lines``, ``bylines``, ``signatures``, ``drop_lines``,
    ``link_headings`` and ``end_headings`` must match a whole line; ``datelines`` match at the start of
    a paragraph; ``captions`` and ``text_cues`` match anywhere.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    #: Names under which publishers' lists and page titles give the outlet.
    names: tuple[str, ...] = ()
    #: Host names; subdomains are included.
    domains: tuple[str, ...] = ()
    #: Patterns that only this outlet's own articles hold; each one found is one vote.
    text_cues: tuple[str, ...] = ()
    #: The outlet's name, sections and mastheads on a line of their own.
    name_lines: tuple[str, ...] = ()
    #: What opens the first paragraph: place, agency, date.
    datelines: tuple[str, ...] = ()
    #: Reporter, editor, translator, on a line of their own.
    bylines: tuple[str, ...] = ()
    #: Names of writers and editors under the text; asked only of its last lines.
    signatures: tuple[str, ...] = ()
    #: A line that describes or credits a picture.
    captions: tuple[str, ...] = ()
    #: Single lines that are never article.
    drop_lines: tuple[str, ...] = ()
    #: Headings of a list of links; the links under them go too, the next paragraph stays.
    link_headings: tuple[str, ...] = ()
    #: Headings after which, once the article has begun, nothing is article.
    end_headings: tuple[str, ...] = ()
    #: How the outlet calls itself as a source ("SOHR activists"), for telling sources from actors.
    self_names: tuple[str, ...] = ()
    #: "first_line": the text opens with its headline. "guess": decide by the look of the first line.
    headline: Literal["first_line", "guess"] = "guess"
    #: The outlet's tolls leave suicide attackers out, who are counted beside them (the Global Terrorism Database does).
    attackers_apart: bool = False
    #: Profile whose patterns are added to this one's; ``None`` for none.
    extends: str | None = GENERAL

    @field_validator(*PATTERN_FIELDS)
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression ({error}); correct it") from None
        return patterns

    def extended(self, base: OutletProfile) -> OutletProfile:
        """This profile with ``base``'s patterns after its own."""
        fields = (*PATTERN_FIELDS[1:], "self_names")
        return self.model_copy(update={name: getattr(self, name) + getattr(base, name) for name in fields})

    def _union(self, field: str) -> re.Pattern[str]:
        patterns: tuple[str, ...] = getattr(self, field)
        flags = re.RegexFlag(0) if field in CASED_FIELDS else re.IGNORECASE
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)", flags)

    @cached_property
    def _lines(self) -> dict[str, re.Pattern[str]]:
        return {field: self._union(field) for field in PATTERN_FIELDS[1:]}

    def is_line(self, field: str, line: str) -> bool:
        """Whether the whole ``line`` matches a pattern of ``field`` (for example ``"bylines"``)."""
        return self._lines[field].fullmatch(line) is not None

    def is_caption(self, line: str) -> bool:
        """Whether ``line`` describes or credits a picture."""
        return self._lines["captions"].search(line) is not None

    def dateline_end(self, paragraph: str) -> int:
        """Length of the dateline that opens ``paragraph``; 0 where there is none."""
        match = self._lines["datelines"].match(paragraph)
        return match.end() if match else 0

    def votes(self, text: str) -> int:
        """How many of the outlet's own cues ``text`` holds."""
        return sum(re.search(cue, text, re.IGNORECASE | re.MULTILINE) is not None for cue in self.text_cues)

    def has_name(self, words: str) -> bool:
        """Whether ``words`` hold one of the outlet's names as whole words."""
        folded = words.casefold()
        return any(
            re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", folded)
            for name in (self.id, self.name, *self.names)
        )

    def has_url(self, url: str) -> bool:
        """Whether ``url`` lies on one of the outlet's hosts."""
        host = _host(url)
        return any(host == domain or host.endswith("." + domain) for domain in self.domains)

    def strip_name(self, title: str) -> str:
        """``title`` without the outlet's name at its end or start ("… - North Press Agency")."""
        names = "|".join(re.escape(name) for name in sorted({self.name, *self.names}, key=len, reverse=True))
        title = re.sub(rf"(?:\s*[-–—|•:·]\s*(?:{names}))+\s*$", "", title, flags=re.IGNORECASE)
        return re.sub(rf"^\s*(?:{names})\s*[|•:]\s*", "", title, flags=re.IGNORECASE)


class Profiles:
    """A set of profiles, by id, in the order in which they are asked."""

    def __init__(self, profiles: Iterable[OutletProfile]) -> None:
        self._raw = {profile.id: profile for profile in profiles}
        if GENERAL not in self._raw:
            raise ProfileError(f"no profile {GENERAL!r} among {sorted(self._raw)}: keep the one the package brings")
        self._profiles = {profile.id: self._resolve(profile, ()) for profile in self._raw.values()}

    def _resolve(self, profile: OutletProfile, seen: tuple[str, ...]) -> OutletProfile:
        base = profile.extends
        if base is None or profile.id == GENERAL:
            return profile
        if base in seen or base not in self._raw:
            raise ProfileError(
                f"profile {profile.id!r} extends {base!r}, which is not there; name one of {sorted(self._raw)}"
            )
        return profile.extended(self._resolve(self._raw[base], (*seen, profile.id)))

    def __iter__(self) -> Iterator[OutletProfile]:
        return iter(self._profiles.values())

    def __len__(self) -> int:
        return len(self._profiles)

    def __contains__(self, profile_id: object) -> bool:
        return profile_id in self._profiles

    def __getitem__(self, profile_id: str) -> OutletProfile:
        try:
            return self._profiles[profile_id]
        except KeyError:
            raise ProfileError(
                f"no outlet profile {profile_id!r}; there are {', '.join(sorted(self._profiles))}"
            ) from None

    def recognise(
        self, outlet: str | None = None, url: str | None = None, title: str | None = None, text: str | None = None
    ) -> OutletProfile:
        """The profile of the outlet that published an article; the general one where nothing tells.

        Asked in this order: ``outlet`` as the id of a profile, the host of ``url``, ``outlet`` as a name, the name at
        the end of a page ``title``, and the cues in the ``text`` (the outlet with most of them; none where two tie).
        """
        specific = [profile for profile in self if profile.id != GENERAL]
        if outlet and outlet.strip().casefold() in self._profiles:
            return self._profiles[outlet.strip().casefold()]
        if url:
            for profile in specific:
                if profile.has_url(url):
                    return profile
        if outlet:
            for profile in specific:
                if profile.has_name(outlet):
                    return profile
        if title:
            for profile in specific:
                if profile.strip_name(title) != title:
                    return profile
        if text:
            head = text[:_CUE_WINDOW]
            votes = sorted(((profile.votes(head), profile.id) for profile in specific), reverse=True)
            if votes and votes[0][0] and (len(votes) == 1 or votes[0][0] > votes[1][0]):
                return self._profiles[votes[0][1]]
        return self._profiles[GENERAL]

    def to_data(self) -> list[dict[str, Any]]:
        """The profiles as plain data, to be kept with a model."""
        return [profile.model_dump(mode="json") for profile in self._raw.values()]

    @classmethod
    def from_data(cls, data: Iterable[dict[str, Any]]) -> Profiles:
        """The profiles kept by :meth:`to_data`."""
        return cls(OutletProfile.model_validate(profile) for profile in data)


def load_profiles(extra: Iterable[Path | str] = ()) -> Profiles:
    """The package's profiles, and those in ``extra`` (TOML files, or folders of them).

    A profile in ``extra`` replaces the one that has its id.

    Raises:
        ProfileError: a file cannot be read or does not follow the form.
    """
    found: dict[str, OutletProfile] = {}
    for path in _toml_files(extra):
        profile = read_profile(path.read_bytes(), str(path)) if path.is_file() else _missing(path)
        found[profile.id] = profile
    folder = resources.files("conflict_events") / "data" / "profiles"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            profile = read_profile(entry.read_bytes(), entry.name)
            found.setdefault(profile.id, profile)
    return Profiles(found.values())


def read_profile(content: bytes, source: str) -> OutletProfile:
    """The profile written in ``content`` (TOML); ``source`` names the file in errors."""
    try:
        return OutletProfile.model_validate(tomllib.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise ProfileError(f"{source}: not UTF-8; save the profile as UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{source}: not TOML ({error}); see docs/outlet-profiles.md") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ProfileError(f"{source}: field {field!r}: {first['msg']}; see docs/outlet-profiles.md") from None


def _toml_files(extra: Iterable[Path | str]) -> Iterator[Path]:
    for item in extra:
        path = Path(item)
        yield from sorted(path.glob("*.toml")) if path.is_dir() else (path,)


def _missing(path: Path) -> OutletProfile:
    raise ProfileError(f"{path}: no such file; name a TOML file or a folder of them")


def _host(url: str) -> str:
    url = url.strip()
    try:
        host = urlsplit(url if "//" in url else "//" + url).hostname
    except ValueError:  # a malformed address names no host
        return ""
    return (host or "").removeprefix("www.")
