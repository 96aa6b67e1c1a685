"""The closed lists of the room. Whatever a county may name for itself is a ``Term`` (data), not here."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """What a post may do. Which role holds which rights is data of the preset; the rights themselves are code."""

    FIGURES = "figures"  # read counts, coverage and briefings
    NAMES = "names"  # read members' names and what each received
    ROSTER = "roster"  # add and edit members, circumstances, transfers
    IMPORT = "import"  # import and revert rosters
    RECORD = "record"  # record, reverse and correct acts
    EXEMPT = "exempt"  # record exemptions
    PROGRAMMES = "programmes"  # set up programmes, items, audiences, rounds
    LESSONS = "lessons"  # record lessons without seeing a roster
    TREE = "tree"  # move, merge, split, rename, close units
    POSTS = "posts"  # give and end posts, contact points, pairings
    ACCOUNTS = "accounts"  # make accounts, reset passwords, print login slips
    JOURNAL = "journal"  # read the journal
    SYSTEM = "system"  # upkeep of the installation; no member data
    SUGGESTIONS = "suggestions"  # read and answer what anybody suggests
    EXPORT = "export"  # export rosters, masked; unmasked with a reason
    CASES = "cases"  # look for members out of contact, put problems right, lift branches


class TermCategory(StrEnum):
    UNIT_KIND = "unit-kind"
    TRAIT = "trait"
    ROLE = "role"
    CHANNEL = "channel"
    CIRCUMSTANCE = "circumstance"
    PART = "part"  # kinds of parts of an act: visit, meeting, lesson, oath …
    MEETING = "meeting"  # kinds of meetings: study, members' meeting …
    ABSENCE = "absence"  # reasons of leave
    EXEMPTION = "exemption"
    THEME = "theme"
    WAY = "way"  # how something may be brought to a person
    NEED = "need"  # what a person needs to be reached
    GROUP = "group"  # who is usually reached by which ways
    ASPECT = "aspect"  # of problems that are put right
    LOSS = "loss"  # how contact with a member was lost
    ESTABLISHMENT = "establishment"  # what kind of body a branch is in, as the forms of a search name it
    PROPOSAL = "proposal"  # what may be proposed of a member out of contact
    WORD = "word"  # words on screen
    COLUMN = "column"  # of the roster's sheet; none where the national form is used
    KEEP = "keep"  # optional personal columns and the purpose for which a county may keep them


class Verb(StrEnum):
    """The verbs of the unit tree."""

    CREATE = "create"
    RENAME = "rename"  # also a new kind or new traits
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    CLOSE = "close"
    REOPEN = "reopen"


class TreeView(StrEnum):
    """``then`` groups by the tree of the date asked for; ``now`` puts each unit under its successor today."""

    THEN = "then"
    NOW = "now"
