"""A rulebook that comes with the product, made lawful for who begins with it.

The shipped ones say what schools wrote down; since then the law has asked for more (114函 point 6).
"""

from bot.console.subjects.timetable.effecting import Judged, judge
from bot.console.visit import Visit
from models.rulebooks import Rulebook
from models.rulebooks.values import Lapse
from models.rulebooks.writing import with_value
from models.rules.lawcheck import Fault
from models.vocabulary import Stage


def made_lawful(visit: Visit, text: str) -> tuple[str, Judged]:
    """Return a text whose receipt windows last as long as the law asks, and say which were shorter.

    Whatever else the law forbids stays, for the registrar to decide.
    """
    judged = judge(visit, text)
    if judged.rulebook is None:
        return text, judged
    lengthened = text
    short = {each.round: each for each in judged.errors if each.fault is Fault.RECEIPT_TOO_SHORT}
    for found in short.values():
        fewest = int(str(found.values["fewest"]))
        for place in _shorter(judged.rulebook, found.round, fewest):
            lengthened = with_value(lengthened, ("windows", place, "lasts_days"), fewest)
        visit.say(
            "The rules that you begin with give {days} days for receipt confirmation, round "
            "{round}; the law asks for {fewest} by now. We changed that for you.",
            days=found.values["days"],
            round=found.round,
            fewest=fewest,
        )
    return (text, judged) if lengthened == text else (lengthened, judge(visit, lengthened))


def _shorter(rulebook: Rulebook, round_: int, fewest: int) -> list[int]:
    """Return the places of the rules of a round of receipts that last less than so many days."""
    return [
        place
        for place, rule in enumerate(rulebook.windows)
        if rule.stage is Stage.RECEIPT
        and rule.round == round_
        and isinstance(rule.lasts, Lapse)
        and rule.lasts.days < fewest
    ]
