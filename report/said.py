"""所说 What people entered, in words: what it is about, what it says, who said so and why."""

from model import Adjusted, Opinion, Rated, Scanned, SelfScore, VetoOpinion
from model.opinion import Entered
from report.messages import Messages
from report.text import label, number, plain

Told = Entered | Scanned


def about(noun: Told, messages: Messages) -> str:
    """所议 Which finding, veto, part or item of which unit."""
    match noun:
        case Opinion():
            return plain(noun.finding)
        case VetoOpinion():
            what = noun.veto
        case Rated():
            what = noun.part
        case SelfScore():
            what = noun.rule_id or messages.text("form.whole")
        case Adjusted():
            what = noun.rule_id
        case Scanned():
            what = noun.url or noun.kind
        case _:
            raise TypeError(type(noun).__name__)
    return plain(f"{noun.unit} {what}")


def said(noun: Told, messages: Messages) -> str:
    """所说 The word itself, then who, when and why, as far as it was told."""
    match noun:
        case Opinion():
            word, who, why = label(messages, "opinion", noun.result), noun.reviewer, noun.reason
        case VetoOpinion():
            word = label(messages, "opinion", "confirmed" if noun.confirmed else "excluded")
            who, why = noun.reviewer, noun.reason
        case Rated():
            word, who, why = number(noun.score), noun.rater, noun.reason
        case SelfScore():
            word, who, why = number(noun.score), noun.unit, noun.reason
        case Adjusted():
            sign = "add" if noun.points > 0 else "deduct" if noun.points < 0 else "none"
            word = messages.text(f"adjust.{sign}.points", points=number(abs(noun.points)))
            who, why = noun.recorder, noun.reason
        case Scanned():
            word, who, why = noun.kind, noun.source, noun.detail
        case _:
            raise TypeError(type(noun).__name__)
    told = messages.text("said", word=plain(word), who=plain(who), on=noun.on)
    return told + (messages.text("said.why", why=plain(why)) if why else "")
