"""CoNLL-2003 columns: one token a line, the entity tag in the last column, a blank line after each sentence, and
``-DOCSTART-`` before each document (https://www.clips.uantwerpen.be/conll2003/ner/).

Tags are read as IOB1 (the shared task's own), IOB2 and BIOES alike. The format keeps no text: it is put together again
from the tokens, with the usual spaces around punctuation left out, a sentence a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.tokens import Doc

from conflict_events.corpus.records import LabelledArticle
from conflict_events.labels.carried import SUGGESTED
from conflict_events.labels.records import LabelFormatError, Notes, RawSpan, RawText
from conflict_events.labels.rows import read_text

_NO_SPACE_BEFORE = frozenset([",", ".", ";", ":", "!", "?", ")", "]", "%", "’", "”", "’s", "'s", "n't", "…"])
_NO_SPACE_AFTER = frozenset(["(", "[", "“", "‘", "$", "£", "€"])

_SPACES = re.compile(r"[ \t]+")

Sentence = list[tuple[str, str]]


def read(path: Path, notes: Notes) -> Iterator[RawText]:
    """A text for each ``-DOCSTART-``, or one for a file that has none."""
    documents: list[tuple[int, list[Sentence]]] = [(1, [[]])]
    unchecked: set[int] = set()
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        # Tabs part columns where there are any: a token may hold spaces then, of whatever kind.
        line = line.rstrip("\r")
        columns = (
            [cell.strip() for cell in line.split("\t")] if "\t" in line.strip() else _SPACES.split(line.strip(" \t"))
        )
        columns = columns if line.strip() else []
        if columns and columns[0] == "-DOCSTART-":
            documents.append((number, [[]]))
            if SUGGESTED in columns:
                unchecked.add(number)
        elif not columns:
            documents[-1][1].append([])
        elif len(columns) < 2:
            raise LabelFormatError(f"{path}:{number}: {line!r} has no column for the tag; is the format right?")
        else:
            documents[-1][1][-1].append((columns[0], columns[-1]))
    kept = [(begin, [one for one in sentences if one]) for begin, sentences in documents]
    for count, (begin, sentences) in enumerate(((begin, some) for begin, some in kept if some), start=1):
        source = f"{path}:{begin}"
        text, spans = _join(sentences, source)
        notes.add("changed", source, "text", "put together from tokens; its spaces may differ from the original's")
        raw = RawText(id=f"{'-'.join(path.stem.split())}-{count:04}", text=text, source=source, spans=spans)
        raw.unchecked = "nobody has been over these suggestions" if begin in unchecked else None
        yield raw


def _join(sentences: list[Sentence], source: str) -> tuple[str, list[RawSpan]]:
    text = ""
    spans: list[RawSpan] = []
    for sentence in sentences:
        if text:
            text += "\n"
        previous_tag, previous = "O", ""
        for token, tag in sentence:
            if previous and token not in _NO_SPACE_BEFORE and previous not in _NO_SPACE_AFTER:
                text += " "
            start = len(text)
            text += token
            prefix, _, label = tag.partition("-")
            if tag != "O" and (prefix not in ("B", "I", "E", "S", "L", "U") or not label):
                raise LabelFormatError(f"{source}: {tag!r} is no tag such as O, B-ACTOR, I-ACTOR; is the format right?")
            if tag != "O":
                goes_on = prefix in ("I", "E", "L") and previous_tag.partition("-")[2] == label and previous_tag != "O"
                if goes_on and previous_tag[0] not in ("E", "S", "L", "U"):
                    spans[-1].end = len(text)
                else:
                    spans.append(RawSpan(start, len(text), label))
            previous_tag, previous = tag, token
    return text, spans


def write(articles: Iterable[LabelledArticle], path: Path, notes: Notes, suggested: bool = False) -> None:
    """Four columns as the shared task has them, the two of syntax empty (``-X-``), tags in IOB2."""
    tokenizer = spacy.blank("en").tokenizer
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for article in articles:
            doc = tokenizer(article.text)
            tags = _tags(doc, article, notes)
            out.write(f"-DOCSTART- {SUGGESTED if suggested else '-X-'} -X- O\n\n")
            inside = False
            for token, tag in zip(doc, tags, strict=True):
                if token.is_space:
                    if "\n" in token.text and inside:
                        out.write("\n")
                        inside = False
                    continue
                # A token with white space in it would be read back as two columns.
                word = "_".join(token.text.split())
                if word != token.text:
                    notes.add("changed", article.id, f"token {token.text!r}", f"no token has white space; now {word!r}")
                out.write(f"{word} -X- -X- {tag}\n")
                inside = True
            if inside:
                out.write("\n")


def _tags(doc: Doc, article: LabelledArticle, notes: Notes) -> list[str]:
    tags = ["O"] * len(doc)
    for label in article.labels:
        span = doc.char_span(label.start, label.end)
        if span is None:
            shown = f"{label.label} {label.start}–{label.end} {label.text!r}"
            notes.add("dropped", article.id, shown, "falls inside a token of spaCy's English tokenizer")
            continue
        tags[span.start : span.end] = [f"I-{label.label}"] * len(span)
        tags[span.start] = f"B-{label.label}"
    return tags
