"""简报: what happened in a unit between two days, and how many are still missing, in plain sentences.

Every number is a ``Figure`` and opens to the rows it was counted from. What units took into custody and what reached
people stand apart; people and person-times are never put together; gaps are counted, and neither named nor ranked in
a paper that goes round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils import dateformat
from django.utils.translation import get_language

from qisong.coverage.counting import Counts, table
from qisong.ledger.catalogue import Catalogue
from qisong.ledger.models import Item, Programme
from qisong.ledger.terms import LESSON, STUDY, TRAINING, TRIP, CountedBy
from qisong.org.models import Unit
from qisong.org.terms import TermCategory, TreeView
from qisong.org.words import text_of
from qisong.reporting.indicators import indicators
from qisong.reporting.papers import Briefing, Cell, Figure, Line, PaperTable, Section, line, spoken
from qisong.reporting.spans import Span
from qisong.roster.terms import OUT_OF_CONTACT
from qisong.words.dates import PartialDate
from qisong.words.text import Text, refuse

NONE: Cell = ("—",)  # does not apply; 0 is counted and none
COVERED = ("owed", "received", "missing", "later", "declined", "out_of_contact", "exempt")


def compose(unit: Unit, first: date, last: date, today: date, programme: Programme | None = None) -> Briefing:
    """The briefing of ``unit`` and all beneath it from ``first`` to ``last``, issued on ``today``, in the current
    language. ``programme``: by default the one that runs on the last day."""
    chosen = programme or running_programme(last)
    writer = Writer(Span(unit, first, last, chosen), get_language() or "zh-hans")
    say, paper = writer.say, text_of(TermCategory.WORD, "briefing")
    return Briefing(
        unit=unit,
        first=first,
        last=last,
        language=writer.language,
        head=say(Text(f"{chosen.zh}工作{paper.zh}", f"{chosen.en}: {paper.en}")),
        issuer=unit.name,
        issued=writer.day(today),
        title=say(Text(f"{unit.name}{chosen.zh}工作情况", f"{chosen.en} in {unit.name}")),
        period=say(Text("{first}至{last}", "{first} to {last}").format(first=writer.day(first), last=writer.day(last))),
        basis=say(BASIS.format(last=writer.day(last))),
        sections=list(writer.sections()),
        tables=list(writer.tables()),
    )


BASIS = Text(
    "送到情况截至{last}，按当时的组织隶属统计；作废的登记不计。人和人次分开，领取和到手分开。",
    "Coverage as of {last}, by the tree of that day; reversed rows are not counted. People and attendances, custody "
    "and what reached people stand apart.",
)


def running_programme(day: date) -> Programme:
    """The programme that runs on ``day`` and has nothing running beneath it; of several the first."""
    running = Catalogue.load().open_leaves(day)
    if not running:
        raise refuse(
            "no-programme",
            "{on}没有进行中的专项活动。",
            "No programme runs on {on}.",
            place="last",
            on=day,
        )
    return running[0]


class Writer:
    """Finds the figures of one span and puts them into words of one language."""

    def __init__(self, span: Span, language: str) -> None:
        self.span = span
        self.language = language
        self.known = indicators(span)
        self.words = {place: self.say(text_of(*where)) for place, where in WORDS.items()}
        self.counted: dict[str, Figure] = {}
        self.items = list(span.items.values())
        self.counts = table(span.unit, self.items, as_of=span.last, tree=TreeView.THEN)

    def say(self, text: Text) -> str:
        return text.choose(self.language)

    def day(self, day: date) -> str:
        return PartialDate.of(day).chinese if self.language.startswith("zh") else dateformat.format(day, "j F Y")

    def line(self, zh: str, en: str, **figures: Figure | str) -> Line:
        return line(Text(zh, en), self.language, **self.words, **figures)

    def worded(self, zh: str, en: str) -> str:
        return spoken(self.line(zh, en))

    def figure(self, code: str) -> Figure:
        if code not in self.counted:
            self.counted[code] = self.figure_of(code, self.span, self.known[code].count(self.span))
        return self.counted[code]

    def figure_of(self, code: str, span: Span, value: int) -> Figure:
        return Figure(value, self.known[code].measure, code, span, self.language)

    def covered(self, item: Item, span: Span, counts: Counts) -> dict[str, Figure]:
        """The figures of coverage of one item; a name in a sentence has no hyphen."""
        return {
            part: self.figure_of(f"{part.replace('_', '-')}:{item.code}", span, getattr(counts, part))
            for part in COVERED
        }

    # ---- sections ----------------------------------------------------------------------------------------------

    def sections(self) -> Iterator[Section]:
        held = list(self.activities()) or [
            self.line("本期没有登记活动。", "No activities were recorded in this period.")
        ]
        yield Section(self.say(Text("一、开展了什么", "1. What was held")), [self.join(held)])
        yield Section(self.worded("二、送到了多少{members}", "2. What reached the {members}"), list(self.reach()))
        moved = list(self.custody())
        if moved:
            yield Section(self.say(Text("三、领取和发放", "3. Custody and hand-over")), moved)

    def join(self, sentences: list[Line]) -> Line:
        """One paragraph; English sets its sentences apart."""
        between: Line = () if self.language.startswith("zh") else (" ",)
        return tuple(piece for number, one in enumerate(sentences) for piece in ((*between, *one) if number else one))

    def activities(self) -> Iterator[Line]:
        """A sentence for each kind of thing that happened; what did not is left out."""
        for needed, zh, en in ACTIVITIES:
            codes = {name: name.replace("_", "-") for name in needed}
            if codes[needed[0]] not in self.known:
                continue
            figures = {name: self.figure(code) for name, code in codes.items()}
            if figures[needed[0]].value:
                yield self.line(zh, en, **figures)
        for item in self.items:
            if item.counted_by == CountedBy.ACTS and (held := self.figure(f"held:{item.code}")).value:
                yield self.line("举办{item}{held}。", "{item}: {held} held.", item=str(item), held=held)

    def reach(self) -> Iterator[Line]:
        for item in self.items:
            counts = self.counts[self.span.unit.pk][item.code]
            if counts.applies:
                yield self.reach_of(item, counts)
        yield self.line(
            "还差谁，名单在系统里按{units}顺序列出，不作排名。",
            "The names of those still missing are listed in the system in the order of the tree, not ranked.",
        )

    def reach_of(self, item: Item, counts: Counts) -> Line:
        figures = self.covered(item, self.span, counts)
        said = ALL_REACHED if counts.full else SOME_MISSING
        pieces = self.line(said.zh, said.en, item=str(item), **figures)
        asides = [self.line(zh, en, **figures) for part, zh, en in ASIDES if figures[part].value]
        for number, aside in enumerate(asides):
            pieces += (self.say(Text("、" if number else "，其中", ", " if number else ", of whom ")), *aside)
        if counts.exempt:
            pieces += self.line("；另有免送{exempt}", "; {exempt} exempt besides", **figures)
        return (*pieces, self.say(Text("。", ".")))

    def custody(self) -> Iterator[Line]:
        for item in self.items:
            if item.counted_by != CountedBy.COPIES:
                continue
            taken, handed, on_hand = (self.figure(f"{part}:{item.code}") for part in ("taken", "handed", "on-hand"))
            said = THROUGH_CUSTODY if taken.value or on_hand.value else STRAIGHT
            if taken.value or handed.value or on_hand.value:
                yield self.line(
                    said.zh,
                    said.en,
                    item=str(item),
                    taken=taken,
                    handed=handed,
                    on_hand=on_hand,
                    last=self.day(self.span.last),
                )

    # ---- tables ------------------------------------------------------------------------------------------------

    def tables(self) -> Iterator[PaperTable]:
        yield self.table_of_items()
        if self.span.tree.children.get(self.span.unit.pk):
            yield self.table_of_units()

    def table_of_items(self) -> PaperTable:
        """Copies in the item's own measure word, people beside them; nothing is added up."""
        headings = [
            Text("内容", "Item"),
            Text("计量单位", "Counted in"),
            Text("{units}领取", "Taken by {units}"),
            Text("发到手里", "Handed over"),
            Text("已领、尚未发到人", "Held, not handed on"),
            Text("应送", "Owed"),
            Text("已到手", "Reached"),
            Text("未送到", "Missing"),
        ]
        rows = [self.row_of_item(item) for item in self.items]
        caption = Text("表一 各项内容领取、发放和送到情况", "Table 1. Custody, hand-over and reach by item")
        return PaperTable(self.say(caption), [self.worded(heading.zh, heading.en) for heading in headings], rows)

    def row_of_item(self, item: Item) -> list[Cell]:
        copies: list[Cell] = [NONE] * 3
        if item.counted_by == CountedBy.COPIES:
            copies = [(self.figure(f"{part}:{item.code}"),) for part in ("taken", "handed", "on-hand")]
        counts = self.counts[self.span.unit.pk][item.code]
        people: list[Cell] = [NONE] * 3
        if counts.applies:
            figures = self.covered(item, self.span, counts)
            people = [(figures[part],) for part in ("owed", "received", "missing")]
        return [(str(item),), (self.measure_of(item),), *copies, *people]

    def measure_of(self, item: Item) -> str:
        """The measure word of the copies and that of the audience."""
        own = item.measure_zh if self.language.startswith("zh") else item.measure_en
        if f"owed:{item.code}" not in self.known:
            return own
        return f"{own}/{self.audience_measure(item)}"

    def audience_measure(self, item: Item) -> str:
        return self.known[f"owed:{item.code}"].measure.say(2, self.language)

    def table_of_units(self) -> PaperTable:
        """A row for each child in tree order, one for who belongs to the unit itself, and 合计 as the last."""
        total = self.counts[self.span.unit.pk]
        items = [item for item in self.items if total[item.code].applies]
        headings = [self.worded("{units}", "{units}")]
        headings += [self.say(self.column_of(item)) for item in items]
        rows = [self.row_of_unit(span, self.name_of(span), counts, items) for span, counts in self.parts()]
        whole = self.row_of_unit(self.span, self.say(Text("合计", "Total")), total, items)
        caption = self.worded("表二 各{units}送到情况（已到手/应送）", "Table 2. Reach of the {units} (reached / owed)")
        return PaperTable(caption, headings, [*rows, whole], total=True)

    def column_of(self, item: Item) -> Text:
        measure = self.audience_measure(item)
        return Text(f"{item.zh}（{measure}）", f"{item.en} ({measure})")

    def parts(self) -> list[tuple[Span, dict[str, Counts]]]:
        """What the total is made of: before the children who belongs to the unit itself, if anybody."""
        total, span = self.counts[self.span.unit.pk], self.span
        units = Unit.objects.in_bulk(unit for unit in self.counts if unit != span.unit.pk)
        children = [(replace(span, unit=units[unit]), self.counts[unit]) for unit in self.counts if unit in units]
        own = {
            code: counts - sum((below[code] for _span, below in children), Counts()) for code, counts in total.items()
        }
        itself = [(replace(span, own=True), own)] if any(counts.applies for counts in own.values()) else []
        return [*itself, *children]

    def name_of(self, span: Span) -> str:
        return self.say(Text("本级", "Itself")) if span.own else self.span.tree.nodes[span.unit.pk].name

    def row_of_unit(self, span: Span, name: str, counts: dict[str, Counts], items: list[Item]) -> list[Cell]:
        row: list[Cell] = [(name,)]
        for item in items:
            figures = self.covered(item, span, counts[item.code])
            row.append((figures["received"], "/", figures["owed"]) if counts[item.code].applies else NONE)
        return row


# Words of the county that a paper may need: what they stand for in its sentences → where the preset has them.
WORDS = {
    "members": (TermCategory.WORD, "members"),
    "units": (TermCategory.WORD, "units"),
    "leader": (TermCategory.WORD, "leader"),
    "contact_point": (TermCategory.WORD, "contact-point"),
    "pairing": (TermCategory.WORD, "pairing"),
    "study": (TermCategory.MEETING, STUDY),
    "lesson": (TermCategory.PART, LESSON),
    "training": (TermCategory.PART, TRAINING),
    "trip": (TermCategory.PART, TRIP),
    "lost": (TermCategory.CIRCUMSTANCE, OUT_OF_CONTACT),
}
# The first figure of each decides whether the sentence is said at all.
ACTIVITIES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("sessions", "attendances"),
        "{study}{sessions}，参加{members}{attendances}。",
        "{study}: {sessions}, {attendances} of {members}.",
    ),
    (("session_guests",), "来客列席{study}{session_guests}。", "{study}, guests: {session_guests}."),
    (("paired_lessons",), "{pairing}单位讲{lesson}{paired_lessons}。", "{lesson} by a paired unit: {paired_lessons}."),
    (
        ("oath_leaders", "oath_members"),
        "{leader}{oath_leaders}在{contact_point}与{members}{oath_members}一起重温誓词。",
        "Oath renewed at a {contact_point}: {oath_leaders} in office with {oath_members}.",
    ),
    (
        ("contact_visits",),
        "{leader}走访{contact_point}{contact_visits}。",
        "Visits to a {contact_point}: {contact_visits}.",
    ),
    (
        ("trainings", "trained"),
        "{training}{trainings}，参加{members}{trained}。",
        "{training}: {trainings}, {trained} trained.",
    ),
    (("trips", "trip_units"), "{trip}{trips}，参加的{units}{trip_units}。", "{trip}: {trips}, {trip_units} took part."),
)
THROUGH_CUSTODY = Text(
    "{item}：本期{units}领取{taken}，发到手里{handed}；到{last}已领、尚未发到人{on_hand}。",
    "{item}: {taken} taken by {units}, {handed} handed over in this period; on {last} {units} held {on_hand} not yet "
    "handed on.",
)
STRAIGHT = Text("{item}：本期发到手里{handed}。", "{item}: {handed} handed over in this period.")
ALL_REACHED = Text("{item}：应送{owed}，已全部送到", "{item}: {owed} owed, all reached")
SOME_MISSING = Text(
    "{item}：应送{owed}，已到手{received}，还差{missing}",
    "{item}: {owed} owed, {received} reached, {missing} missing",
)
ASIDES = (
    ("later", "暂缓{later}", "{later} put off"),
    ("declined", "婉拒{declined}", "{declined} declined"),
    ("out_of_contact", "{lost}{out_of_contact}", "{lost}: {out_of_contact}"),
)
