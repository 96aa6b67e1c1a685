"""What the words of old records mean here: by the county's own terms, else by what somebody once said, else asked."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings

from qisong.ledger.models import HistoryBatch, Item, OldWord, Title
from qisong.ledger.terms import LEFT_OUT, LESSON, MEETING, Asked
from qisong.org.models import Term
from qisong.org.terms import TermCategory
from qisong.org.words import find_term, spellings, terms
from qisong.seals.blind import blind_index
from qisong.seals.keys import Keyring
from qisong.words.digits import compact

PLACES_KEPT = 5
LONGEST_WORD = 200


@dataclass
class Question:
    """A word that nobody has explained, or, with its ``meaning``, one that somebody has.

    ``about`` is the shape whose heading it is; ``unit`` where a person is meant; an answer that is not ``lasting``
    holds for these files alone. ``candidates`` are ids of people who may be meant.
    """

    kind: Asked
    word: str
    about: str = ""
    unit: int | None = None
    lasting: bool = True
    meaning: str = ""
    count: int = 0
    places: list[str] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """A name for boxes and addresses that tells nothing."""
        told = "\n".join([self.kind, self.about, str(self.unit), self.word])
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def kept_word(self) -> str:
        """The word as it is remembered: of a name, which may be anybody's, only what it can be known again by."""
        if self.kind != Asked.PERSON:
            return self.word
        return blind_index(Keyring.of(settings.DATA_DIR), self.word, purpose="ledger_oldword|word")


class Lexicon:
    """The words of one batch; ``questions`` gathers what had to be looked up, answered or not."""

    def __init__(self, batch: HistoryBatch | None) -> None:
        self.questions: dict[str, Question] = {}
        self.known: dict[tuple[str, str, int | None, str], str] = {}
        everywhere = OldWord.objects.filter(batch=None)
        for one in [*everywhere, *(batch.words.all() if batch else ())]:
            self.known[one.kind, one.about, one.unit_id, one.word] = one.meaning

    def headings(self, shape: str) -> dict[str, list[str]]:
        """Code of a column → the headings that were said to mean it."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for (kind, about, _unit, word), meaning in self.known.items():
            if kind == Asked.COLUMN and about == shape:
                found[meaning].append(word)
        return found

    def ask(self, question: Question, place: str = "") -> str:
        """What the word was said to mean, or "" when nobody has said so yet."""
        question.word = question.word[:LONGEST_WORD]
        known = self.questions.setdefault(question.key, question)
        known.count += 1
        if place and len(known.places) < PLACES_KEPT and place not in known.places:
            known.places.append(place)
        known.meaning = self.meaning(known)
        return known.meaning

    def meaning(self, question: Question) -> str:
        return self.known.get((question.kind, question.about, question.unit, question.kept_word), "")

    def withdraw(self, question: Question) -> None:
        """An answer that makes no sense any more is asked for again."""
        self.known.pop((question.kind, question.about, question.unit, question.kept_word), None)
        self.questions[question.key].meaning = ""

    # ---- items ------------------------------------------------------------------------------------------------------

    @cached_property
    def items(self) -> dict[str, str]:
        """What an item or a title is called → ``item`` or ``item/title``."""
        found: dict[str, str] = {}
        for title in all_titles():
            for name in (title.zh, title.en):
                found[folded(name)] = f"{title.item.code}/{title.code}"
        for item in Item.objects.all():
            for name in (item.zh, item.en, item.code):
                found[folded(name)] = item.code
        return found

    @cached_property
    def lesson_item(self) -> str:
        """The item that whoever is at a lesson receives, or whoever is brought one; "" if there is none."""
        found = Item.objects.filter(by_presence=True, part_kind=LESSON).first()
        return found.code if found else ""

    def item(self, word: str, place: str) -> str:
        """``item`` or ``item/title``, ``leave`` for what is left out, "" while it is unknown."""
        known = self.items.get(folded(word))
        return known or self.ask(Question(Asked.ITEM, folded(word)), place)

    # ---- kinds and ways ---------------------------------------------------------------------------------------------

    def kinds(self, text: str) -> list[str]:
        """Every kind of meeting or part whose name a text contains, as ``meeting/code`` or ``part/code``."""
        return longest(text, kinds_of_act())

    def meeting(self, text: str, place: str) -> list[str]:
        """As ``kinds``, asking where the text has none; empty while unknown, or where it is to say nothing."""
        if found := self.kinds(text):
            return found
        meaning = self.ask(Question(Asked.MEETING, folded(text)), place)
        return [meaning] if meaning else []

    def channel(self, text: str, place: str) -> str:
        found = longest(text, ((term.code, term) for term in terms(TermCategory.CHANNEL)))
        if len(found) == 1:
            return found[0]
        return self.ask(Question(Asked.CHANNEL, folded(text)), place)

    def absence(self, *texts: str) -> str | None:
        """A reason that the county counts; any other, an illness above all, is not kept."""
        named = (find_term(TermCategory.ABSENCE, text) for text in texts if text)
        return next((term.code for term in named if term), None)


def items_by_code() -> dict[str, Item]:
    return {item.code: item for item in Item.objects.all()}


def all_titles() -> list[Title]:
    return list(Title.objects.select_related("item"))


def folded(text: str) -> str:
    return compact(text).strip("《》“”\"'").casefold()


def kinds_of_act() -> Iterator[tuple[str, Term]]:
    for term in terms(TermCategory.MEETING):
        yield f"{MEETING}/{term.code}", term
    for term in terms(TermCategory.PART):
        if term.code != MEETING and not term.data.get("by_item"):
            yield f"part/{term.code}", term


def longest(text: str, named: Iterable[tuple[str, Term]]) -> list[str]:
    """What a text names; a name within another that it names is not meant."""
    wanted = compact(text).casefold()
    found = {spelling: key for key, term in named for spelling in spellings(term) if spelling and spelling in wanted}
    return list(
        dict.fromkeys(
            key
            for spelling, key in found.items()
            if not any(spelling != other and spelling in other for other in found)
        )
    )


def is_left_out(meaning: str) -> bool:
    return meaning == LEFT_OUT
