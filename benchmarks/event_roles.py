"""Event types and the roles of actors and places, measured on labelled articles and on coded notes.

    python benchmarks/event_roles.py training_data/articles --part train --part dev
    python benchmarks/event_roles.py training_data/articles --part test
    python benchmarks/event_roles.py --notes notes.jsonl

Articles: entities and casualties come from their labels, the parse from a trained pipeline; each event is read
in the sentences that hold most of its labels. Notes (JSON lines with ``id``, ``text``, ``event_type``,
``sub_event_type``) are one event each; their actors are found by the words of ``party_words.csv``, or by ``--model``.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

import conflict_events.components.structure
import conflict_events.tokenizer  # noqa: F401  registers the tokenizer and the extensions
from conflict_events import models
from conflict_events.corpus import LabelledArticle, LabelledEvent, part_of, read_corpus
from conflict_events.corpus.align import doc_maker
from conflict_events.corpus.docs import OUTCOMES, ROLES, labelled_doc
from conflict_events.events.matching import words
from conflict_events.events.rules import EventRules

ACTOR_ROLES = ("perpetrator", "target", "party", "claimant")
LOCATION_ROLES = ("site", "near", "within")
NOT_TOLD = frozenset({"tally", "bg", "old", "head"})


@dataclass
class Score:
    """Counts behind precision, recall and F1."""

    right: int = 0
    read: int = 0
    gold: int = 0

    def add(self, gold: set[str], read: set[str]) -> None:
        """Count one event."""
        self.right += len(gold & read)
        self.read += len(read)
        self.gold += len(gold)

    def __str__(self) -> str:
        precision, recall = self.right / max(self.read, 1), self.right / max(self.gold, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f} (gold {self.gold}, read {self.read})"


@dataclass
class Scores:
    """Everything measured on a set of events."""

    roles: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    types: Counter[str] = field(default_factory=Counter)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: float = 0.0
    tokens: int = 0

    def type(self, gold: tuple[str | None, str | None], read: tuple[str | None, str | None]) -> None:
        """Count the type of one event."""
        self.types["events"] += 1
        self.types["event_type"] += gold[0] == read[0]
        self.types["sub_event_type"] += gold == read
        if gold != read:
            self.confusion[(gold[1] or "none", read[1] or "none")] += 1

    def lines(self) -> Iterator[str]:
        """The report."""
        events = max(self.types["events"], 1)
        yield (
            f"event_type {self.types['event_type'] / events:.3f}  "
            f"sub_event_type {self.types['sub_event_type'] / events:.3f}  ({self.types['events']} events)"
        )
        for role in (*ACTOR_ROLES, *LOCATION_ROLES, "any place"):
            if role in self.roles:
                yield f"{role:12} {self.roles[role]}"
        if self.seconds:
            yield f"{self.tokens / self.seconds:,.0f} tokens a second in the rules"


def parser(name: str | None) -> Language:
    """The trained pipeline ``name`` with its structure and syntax only."""
    nlp = spacy.load(models.resolve(name))
    for component in set(nlp.pipe_names) - {"structure", "syntax"}:
        nlp.remove_pipe(component)
    return nlp


def same(text: str) -> str:
    """A name without case, typographic quotes and spacing."""
    return " ".join(text.casefold().replace("’", "'").split())


def casualties(doc: Doc) -> list[dict[str, Any]]:
    """The labelled casualties of ``doc`` in the form of the casualties component, with the next ACTOR as victim."""
    roles = defaultdict(set)
    for span in doc.spans[ROLES]:
        roles[(span.start, span.end)].add(span.label_)
    found: list[dict[str, Any]] = []
    for span in doc.spans[OUTCOMES]:
        victim = next((e for e in doc.ents if e.label_ == "ACTOR" and 0 <= e.start - span.end <= 5), None)
        zero = span.text.lower() in ("no", "neither", "no one", "zero", "0", "none")
        found.append(
            {
                "outcome": {"killed_or_injured": "killed_or_injured"}.get(span.label_, span.label_),
                "quantity": {"high": 0} if zero else {},
                "victim": [victim.start, victim.end] if victim is not None else None,
                "start": span.start,
                "trigger": span.start,
                "told": not roles[(span.start, span.end)] & NOT_TOLD,
            }
        )
    return found


def event_sentences(doc: Doc, events: Sequence[LabelledEvent]) -> list[list[Span]]:
    """For each event the sentences that tell it: each sentence goes to the event with most of its labels.

    Headlines and sentences of running totals alone tell none, but where nothing else does.
    """
    wanted = [_labels(event) for event in events]
    shares = Counter(label for labels in wanted for label in labels)
    found: list[list[Span]] = [[] for _ in events]
    sentences = list(doc.sents)
    headline = {b["start"] for b in doc._.blocks or () if b["kind"] == "headline"}
    last: int | None = None
    for sentence in sentences:
        labels = {same(ent.text) for ent in sentence.ents if ent.label_ != "CASUALTY"}
        dates = sentence.text.casefold()
        scores = []
        for labels_of, event in zip(wanted, events, strict=True):
            score = sum(1 / shares[label] for label in labels_of & labels)
            score += sum(0.5 for date in event.dates if date.casefold() in dates)
            scores.append(score)
        if not scores or max(scores) == 0 or sentence.start in headline:
            continue
        best = max(scores)
        chosen = last if last is not None and scores[last] == best else scores.index(best)
        found[chosen].append(sentence)
        last = chosen
    for index, labels_of in enumerate(wanted):
        if not found[index]:
            ranked = [(len(labels_of & {same(e.text) for e in s.ents}), -s.start, s) for s in sentences]
            if ranked and max(ranked)[0]:
                found[index] = [max(ranked)[2]]
    return found


def _labels(event: LabelledEvent) -> set[str]:
    return {same(w) for w in (*(a.words for a in event.actors), *(x.words for x in event.locations), *event.weapons)}


def measure_articles(
    articles: Iterable[LabelledArticle], nlp: Language, rules: EventRules, scores: Scores, show: str | None = None
) -> Scores:
    """Read every event of ``articles`` and compare."""
    make = doc_maker(nlp)
    for article in articles:
        doc = labelled_doc(article, make)
        for _, component in nlp.pipeline:
            doc = component(doc)
        all_casualties = casualties(doc)
        for event, sentences in zip(article.events, event_sentences(doc, article.events), strict=True):
            inside = [c for c in all_casualties if c["told"] and any(s.start <= c["start"] < s.end for s in sentences)]
            start = perf_counter()
            actors = rules.actor_roles(doc, sentences, inside)
            places = rules.location_roles(doc, sentences, inside)
            read_type = rules.classify(doc, sentences, actors, inside)
            rules.certainty(doc, sentences)
            rules.event_date(doc, sentences, article.date)
            scores.seconds += perf_counter() - start
            scores.tokens += sum(len(s) for s in sentences)
            scores.type((event.event_type, event.sub_event_type), read_type)
            bad = (event.event_type, event.sub_event_type) != read_type and show == "types"
            for role in ACTOR_ROLES:
                gold = {same(a.words) for a in event.actors if a.role == role}
                read = {same(s.text) for r, s in actors if r == role}
                scores.roles[role].add(gold, read)
                bad = bad or (show == role and gold != read)
            for role in LOCATION_ROLES:
                gold = {same(a.words) for a in event.locations if a.role == role}
                read = {same(s.text) for r, s in places if r == role}
                scores.roles[role].add(gold, read)
                bad = bad or (show == role and gold != read)
            scores.roles["any place"].add({same(a.words) for a in event.locations}, {same(s.text) for _, s in places})
            if bad:
                print(f"-- {article.id} {event.kind} {event.event_type}/{event.sub_event_type} read {read_type[1]}")
                print("  ", " ".join(" ".join(s.text for s in sentences).split())[:700])
                print("   gold", [(a.role, a.words) for a in (*event.actors, *event.locations)])
                print("   read", [(r, s.text) for r, s in (*actors, *places)])
                if show == "types":
                    print("   ", sorted(rules.types.signals(doc, sentences, actors, inside)))
    return scores


def guess_actors(doc: Doc, rules: EventRules) -> None:
    """Set ACTOR entities by the words of the party table, with the names before them."""
    spans = []
    for found in rules.types.tables.parties.find(words(doc, 0, len(doc))):
        start = found.start
        while start > 0 and doc[start - 1].pos_ in ("PROPN", "ADJ") and doc[start - 1].ent_type_ == "":
            start -= 1
        spans.append(Span(doc, start, found.end, label="ACTOR"))
    for token in doc:
        if token.text.isupper() and len(token.text) > 2 and token.pos_ == "PROPN":
            spans.append(Span(doc, token.i, token.i + 1, label="ACTOR"))
    doc.set_ents(filter_spans(spans))


def measure_notes(
    rows: Iterable[dict[str, Any]], nlp: Language, rules: EventRules, scores: Scores, show: str | None, model: bool
) -> Scores:
    """Classify coded notes, one event each."""
    for row in rows:
        doc = nlp(row["text"])
        if not model:
            guess_actors(doc, rules)
        sentences = list(doc.sents)
        inside = doc._.casualties or []  # what a model read, never the coded number
        start = perf_counter()
        actors = rules.actor_roles(doc, sentences, inside)
        read = rules.classify(doc, sentences, actors, inside)
        scores.seconds += perf_counter() - start
        scores.tokens += len(doc)
        gold = (row["event_type"], row["sub_event_type"])
        scores.type(gold, read)
        if show == "types" and gold != read:
            print(f"-- {row['id']} {gold[1]} read {read[1]}: {row['text'][:400]}")
            print("   ", [(r, s.text) for r, s in actors])
            print("   ", sorted(rules.types.signals(doc, sentences, actors, inside)))
    return scores


def main() -> None:
    """Measure what the command line names."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", nargs="*", type=Path, help="files or folders of labelled articles")
    arguments.add_argument("--part", action="append", choices=("train", "dev", "test"))
    arguments.add_argument("--notes", type=Path, action="append", default=[], help="coded notes, JSON lines")
    arguments.add_argument(
        "--half", type=int, choices=(0, 1), help="only the notes whose CRC-32 of the id is even, odd"
    )
    arguments.add_argument("--model", help="pipeline that finds the notes' actors; by default a table of words does")
    arguments.add_argument("--parser", help="trained pipeline whose syntax is used; the default one")
    arguments.add_argument("--show", help="print what was read wrong: types, or a role")
    arguments.add_argument("--confusion", action="store_true", help="print the types most often confused")
    options = arguments.parse_args()
    rules = EventRules.load()
    nlp = parser(options.parser)
    if options.corpus:
        parts = set(options.part or ("train", "dev", "test"))
        articles = [article for article in read_corpus(options.corpus) if part_of(article) in parts]
        report("+".join(sorted(parts)), measure_articles(articles, nlp, rules, Scores(), options.show), options)
    for path in options.notes:
        rows = [json.loads(line) for line in path.read_text(encoding="utf8").splitlines() if line.strip()]
        if options.half is not None:
            rows = [row for row in rows if zlib.crc32(row["id"].encode()) % 2 == options.half]
        reader = spacy.load(options.model) if options.model else nlp
        scores = measure_notes(rows, reader, rules, Scores(), options.show, bool(options.model))
        report(f"{path.stem}{'' if options.half is None else f' half {options.half}'}", scores, options)


def report(name: str, scores: Scores, options: argparse.Namespace) -> None:
    """Print the scores of one set."""
    print(f"== {name}")
    for line in scores.lines():
        print(line)
    if options.confusion:
        for (gold, read), count in scores.confusion.most_common(25):
            print(f"  {count:4} {gold} read as {read}")


if __name__ == "__main__":
    main()
