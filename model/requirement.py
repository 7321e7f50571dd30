"""据 The duties that documents put down, row by row, which packs answer."""

from enum import StrEnum

from pydantic import Field

from model.frozen import Frozen


class Automation(StrEnum):
    """自动化程度 Who can tell: a machine alone, a machine that gathers what a person judges, a person alone."""

    ALONE = "A"
    EVIDENCE = "S"
    PERSON = "M"


class Requirement(Frozen):
    """要求 One testable duty of a document, with the figures it names and what proves it."""

    id: str = Field(min_length=1)
    document: str
    clause: str
    check_type: str
    automation: Automation
    parameters: str = ""
    evidence: str = ""
