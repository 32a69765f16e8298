"""A proof: one message as it will look, sent to one's own chats and marked as one.

It leaves after its row is committed and is not tried again. Whose chat it is has to be proved once:
a code is sent to the chat of whom the account says to be, and typed into the console.
"""

import hmac
from collections.abc import Sequence
from dataclasses import replace

from starlette.background import BackgroundTask
from starlette.responses import Response
from wtforms import StringField
from wtforms.validators import Length

from bot.channel import ChatChannel
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE
from bot.console.subjects.deliveries import vocabulary
from bot.console.subjects.messages.proving import leave, marked
from bot.console.visit import Visit
from bot.wiring import COUNTED
from handlers.replies import Card, Fact, Paragraph, Reply
from handlers.words import Own
from models.queries import pauses, wordings
from models.queries.claiming import Claimed
from models.queries.console import proofs
from models.rules.linking import make_code, read_code
from models.tables import ChatAccount, Person
from models.vocabulary import NoticeKind
from scheduler.messages import MESSAGES
from scheduler.messages.examples import TO, examples

MOST_SHOWN = 10
_PENDING = "my_chat"
_TRIES = 5

doors = Doors()


class NumberForm(ConsoleForm):
    """Who somebody says to be."""

    number = StringField(validators=[Length(max=32)])


class CodeForm(ConsoleForm):
    """The code that came into their chat."""

    code = StringField(validators=[Length(max=32)])


@doors.get(f"{IN_SCHOOL}/messages/proof", to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show where proofs go and what became of the last ones, or ask whose chat it is."""
    return await _shown(visit)


@doors.post(f"{IN_SCHOOL}/messages/proof", to=OFFICE)
async def send(visit: Visit) -> Response:
    """Send a message to one's own chats, as it looks with example values."""
    named = str(visit.sent.get("kind", ""))
    kind = next((each for each in TO if each.value == named), None)
    if kind is None:
        return absent(visit)
    chats = await _chats(visit)
    if not chats:
        visit.say("First say which chat is yours: then proofs go there.")
        return visit.go(visit.to_school("/messages/proof"))
    own = Own(await wordings.of_school(visit.session, visit.school))
    first = next(iter(examples(kind, visit.rulebook, visit.now, visit.words)))
    scene = replace(first.scene, own=own)
    reply = MESSAGES[kind](first.saying, scene, scene.worded(kind, visit.words))
    return await _sent(visit, chats, marked(reply, visit.words), kind.value)


@doors.post(f"{IN_SCHOOL}/messages/proof/myself", to=OFFICE)
async def say_who(visit: Visit) -> Response:
    """Send a code to the chat of whom somebody says to be."""
    form, say = NumberForm(visit), visit.words.say
    typed = (form.number.data or "").strip()
    person = await proofs.staff_by_number(visit.session, visit.school.id, typed)
    if person is None:
        form.number.errors = [say("Nobody of the staff has this number at this school.")]
        return await _shown(visit, number=form, status=422)
    chats = await proofs.chats(visit.session, visit.school.id, person.id)
    if not chats:
        return await _shown(visit, number=form, stranger=person)
    code = make_code()
    visit.cookie[_PENDING] = {
        "school": visit.school.id,
        "person": person.id,
        "digest": _digest(visit, code),
        "tries": _TRIES,
    }
    return await _sent(visit, chats[:1], _code_card(visit, code), "")


@doors.post(f"{IN_SCHOOL}/messages/proof/confirm", to=OFFICE)
async def confirm(visit: Visit) -> Response:
    """Take the code that came: from now on proofs go to that chat."""
    pending = visit.cookie.get(_PENDING)
    if not pending or pending["school"] != visit.school.id:
        return visit.go(visit.to_school("/messages/proof"))
    form = CodeForm(visit)
    if not hmac.compare_digest(_digest(visit, form.code.data or ""), pending["digest"]):
        pending["tries"] -= 1
        visit.cookie[_PENDING] = pending
        if pending["tries"] <= 0:
            del visit.cookie[_PENDING]
        form.code.errors = [visit.words.say("That is not the code that was sent to the chat.")]
        return await _shown(visit, code=form, status=422)
    del visit.cookie[_PENDING]
    visit.user.person_id = pending["person"]
    thing = f"console_user:{visit.user.id}"
    await visit.record("console_person_linked", thing, person_id=pending["person"])
    visit.say("That is your chat: proofs go there from now on.")
    return visit.go(visit.to_school("/messages/proof"))


async def _shown(
    visit: Visit,
    *,
    number: NumberForm | None = None,
    code: CodeForm | None = None,
    stranger: Person | None = None,
    status: int = 200,
) -> Response:
    person_id = visit.user.person_id
    known = [] if person_id is None else await _latest(visit, person_id)
    return visit.page(
        "messages/proof.html",
        status,
        chats=await _chats(visit),
        proofs=known,
        kinds=list(TO),
        pending=visit.cookie.get(_PENDING),
        number=number or NumberForm(visit),
        code=code or CodeForm(visit),
        stranger=stranger,
        kind=lambda value: NoticeKind(value) if value in set(NoticeKind) else None,
        **vocabulary(visit),
    )


async def _latest(visit: Visit, person_id: int) -> Sequence[proofs.Proof]:
    return await proofs.latest(visit.session, visit.school.id, person_id, limit=MOST_SHOWN)


async def _chats(visit: Visit) -> list[ChatAccount]:
    """Return the chats of whoever is signed in, at this school."""
    if visit.user.person_id is None:
        return []
    return await proofs.chats(visit.session, visit.school.id, visit.user.person_id)


async def _sent(visit: Visit, chats: Sequence[ChatAccount], reply: Reply, kind: str) -> Response:
    """Write a proof for each chat; it leaves once this is committed."""
    resting = await _resting(visit)
    begun: list[tuple[ChatChannel, Claimed, int]] = []
    for chat in chats:
        channel = next(
            (each for each in visit.desk.installation.channels if each.name == chat.channel), None
        )
        if channel is None or chat.channel in resting:
            continue
        body = channel.draw(reply)
        claimed, attempt_id = await proofs.begin(visit.session, chat, body, visit.now)
        await visit.record(proofs.SENT, f"delivery:{claimed.id}", kind=kind)
        begun.append((channel, claimed, attempt_id))
    if begun:
        visit.say("It is on its way; in a moment you see here what became of it.")
    else:
        visit.say("It was not sent: the month's messages are used up.")
    answer = visit.go(visit.to_school("/messages/proof"))
    installation, code = visit.desk.installation, visit.school.code
    answer.background = BackgroundTask(leave, installation, code, begun)
    return answer


async def _resting(visit: Visit) -> frozenset[str]:
    until = await pauses.stopped_until(visit.session, visit.school.id)
    return COUNTED if until is not None and until > visit.now else frozenset()


def _digest(visit: Visit, code: str) -> str:
    return visit.desk.digest(f"proof {read_code(code)}")


def _code_card(visit: Visit, code: str) -> Reply:
    """Ask the chat's owner to type a code into the console."""
    say = visit.words.say
    title = say("【Proof】 Your code for the console: {code}", code=code)
    blocks = (
        Fact(say("Asked for by"), visit.user.name),
        Paragraph(
            say(
                "Type it into the console, and proofs of messages come to this chat. If that was "
                "not you, do nothing, and please tell the registrar."
            )
        ),
    )
    return Reply(title, (Card(title, blocks),))
