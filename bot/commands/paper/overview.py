"""`bot paper overview`: who is still to be told on paper, and what became of each letter."""

import json
from typing import TYPE_CHECKING, Any

import click

from bot import language
from bot.commands.choosing import chosen_school, school_option, term_typed
from bot.commands.paper.letters import no_window_sentence, round_option, term_option
from bot.commands.timetable import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.words import Words
    from models.queries.letters import Addressee
    from models.tables import Delivery, Letter, Person

    Sent = tuple[Letter, Delivery | None, Person]


@click.command("overview")
@school_option
@term_option
@round_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def overview(*, school_code: str | None, term: str, round_: int, form: str) -> None:
    """Show who is still to be told on paper and why, and what became of the letters.

    By numbers, without names. Who did not react to any message joins the list 24 hours before the
    end, in a window of three days or less 12 hours before.

    Example: bot paper overview --term 112-2
    """
    from bot.commands.taking_files import with_store
    from bot.paper.printing_letters import NoReceiptWindow, receipt_windows
    from models.queries import letters

    said = language.words()
    wanted = term_typed(term)

    async def main(store: Any, now: Any) -> "tuple[list[Addressee], Sequence[Sent]]":
        school = await chosen_school(store, school_code)
        async with store.reading() as session:
            found = await receipt_windows(session, school.id, wanted, round_)
            open_for = [
                each for window in found for each in await letters.waiting(session, window, now)
            ]
            sent = await letters.of_windows(session, school.id, [each.id for each in found])
            return open_for, sent

    try:
        open_for, sent = with_store(main)
    except NoReceiptWindow as missing:
        raise BadInput(no_window_sentence(missing, said)) from None
    if form == "json":
        click.echo(json.dumps(_as_data(open_for, sent), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(open_for, sent, said)))


def _lines(open_for: "Sequence[Addressee]", sent: "Sequence[Sent]", said: "Words") -> list[str]:
    from bot.commands.timetable import columns
    from bot.paper.letters import REASONS
    from models.queries.letters import replaced
    from models.rules.letters import shown_code

    lines = [
        said.count("{n} person to tell on paper", "{n} people to tell on paper", len(open_for))
    ]
    if open_for:
        heads = (said.say("Class"), said.say("Number"), said.say("Why on paper"), said.say("Until"))
        rows = [
            (
                each.class_name,
                each.number,
                said.say(REASONS[each.why]) if each.why else "",
                said.deadline(each.window.closes_at),
            )
            for each in open_for
        ]
        lines += columns([heads, *rows])
    lines.append(said.count("{n} letter", "{n} letters", len(sent)))
    if sent:
        heads = (said.say("Code of this letter"), said.say("Number"), said.say("State"), "")
        void = replaced(sent)
        rows = [
            (
                shown_code(letter.code),
                person.number,
                *_state(letter, delivery, said, is_void=letter.id in void),
            )
            for letter, delivery, person in sent
        ]
        lines += columns([heads, *rows])
    return lines


def _state(
    letter: "Letter", delivery: "Delivery | None", said: "Words", *, is_void: bool
) -> tuple[str, str]:
    """Return what people said of a letter last, and when; we know only of its printing."""
    if letter.answered_at is not None:
        return said.say("slip entered"), said.moment(letter.answered_at)
    if is_void:
        return said.say("replaced by a later letter"), said.moment(letter.printed_at)
    if delivery is None:
        return said.say("printed"), said.moment(letter.printed_at)
    handed = delivery.reason == "handed"
    state = (
        said.say("handed over, as a person says")
        if handed
        else said.say("posted, as a person says")
    )
    return state, said.moment(delivery.settled_at or letter.printed_at)


def _as_data(open_for: "Sequence[Addressee]", sent: "Sequence[Sent]") -> dict[str, Any]:
    return {
        "to_tell": [
            {
                "number": each.number,
                "class": each.class_name,
                "why": each.why,
                "until": each.window.closes_at.isoformat(),
            }
            for each in open_for
        ],
        "letters": [
            {
                "code": letter.code,
                "number": person.number,
                "printed_at": letter.printed_at.isoformat(),
                "left_at": delivery.settled_at.isoformat()
                if delivery and delivery.settled_at
                else None,
                "how": delivery.reason if delivery else None,
                "answered_at": letter.answered_at.isoformat() if letter.answered_at else None,
            }
            for letter, delivery, person in sent
        ],
    }
