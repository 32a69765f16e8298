"""The pupil's home: what is open, until when, what happens then, and the one next thing."""

from handlers.actions import RequestCertification, ShowHome, ShowItem, ShowSelection, UnknownAction
from handlers.replies import Reply, Weight
from models.vocabulary import ItemKind, OutcomeState
from tests.support.cast import outcome, performance, statement, taipei
from tests.support.scene import Scene, buttons_of, text_of


def primary(reply: Reply) -> list[str]:
    """Return the labels of the buttons that stand out."""
    buttons = [button for card in reply.cards for button in card.buttons]
    return [button.label for button in buttons if button.weight is Weight.PRIMARY]


async def test_the_most_urgent_comes_first_with_its_one_next_thing(scene: Scene) -> None:
    """Selection ends before uploading: it gives the title, the date and the primary button."""
    await scene.add(performance, by="小美")
    reply = await scene.ask("小美", ShowHome())
    assert reply.summary == "Selection of 112: until 113/9/20 (Fri), 4 days left"
    assert primary(reply) == ["Select works"]
    assert buttons_of(reply)["Select works"].action == ShowSelection(
        scene.cast.windows["selection"].id, ItemKind.OUTCOME
    )
    shown = text_of(reply)
    assert "course outcomes 0/6, diverse performances 0/10" in shown
    assert "What is not selected is not sent to the central database" in shown
    assert "Upload of course outcomes 113-1 | Until 114/2/3 (Mon), 140 days left" in shown
    assert "Whether you upload is your choice" in shown


async def test_free_text_gets_the_same_card(scene: Scene) -> None:
    """What fits nothing is answered with the home card."""
    assert await scene.ask("小美", UnknownAction()) == await scene.ask("小美", ShowHome())


async def test_who_has_nothing_to_select_is_not_asked_to(scene: Scene) -> None:
    """Without a certified work or a performance of the year the upload comes first."""
    reply = await scene.ask("小美", ShowHome())
    assert reply.summary.startswith("Upload of course outcomes 113-1: until 114/2/3 (Mon)")
    assert "There is nothing of this year to select" in text_of(reply)
    assert "Nothing this term" in buttons_of(reply)


async def test_the_only_unsent_work_can_be_sent_from_home(scene: Scene) -> None:
    """One uploaded work: the next tap sends it; it is named."""
    row = await scene.add(outcome, by="小美")
    reply = await scene.ask("小美", ShowHome(), at=taipei(2025, 1, 27, 8))
    assert primary(reply) == ["Send to certify"]
    assert buttons_of(reply)["Send to certify"].action == RequestCertification(row.id, 1)
    assert "1 work is not sent for certification: 物理 “斜面實驗報告”" in text_of(reply)
    assert "7 days left" in reply.summary


async def test_after_uploading_has_ended_works_can_still_be_sent(scene: Scene) -> None:
    """From 2/4 to 2/10 the certification window is what is open; a returned work is looked at."""
    row = await scene.add(outcome, by="小美", state=OutcomeState.RETURNED)
    reply = await scene.ask("小美", ShowHome(), at=taipei(2025, 2, 4))
    assert reply.summary == "Certification 113-1: until 114/2/10 (Mon), 6 days left"
    assert buttons_of(reply)["See my works"].action == ShowItem(row.id)


async def test_the_receipt_says_what_silence_means(scene: Scene) -> None:
    """An open receipt is more urgent than the upload of the running term."""
    await scene.add(statement, of="小美")
    reply = await scene.ask("小美", ShowHome(), at=taipei(2024, 10, 14, 8))
    assert reply.summary == "Receipt confirmation 112-2: until 113/10/14 (Mon), closes today"
    assert primary(reply) == ["Check the statement"]
    assert "the statement is deemed confirmed (K12EA letter of 2025, point 6)" in text_of(reply)


async def test_when_all_is_with_the_teacher_nothing_stands_out(scene: Scene) -> None:
    """An open window without anything left to do is shown as decided."""
    await scene.add(outcome, by="小美", state=OutcomeState.AWAITING)
    reply = await scene.ask("小美", ShowHome())
    assert reply.summary == "Everything open is decided"
    assert primary(reply) == []
    assert "Everything you uploaded is with the teacher or certified." in text_of(reply)


async def test_when_nothing_is_open_the_card_says_what_opens_next(scene: Scene) -> None:
    """Before the term the next window is named with its first and last day."""
    reply = await scene.ask("小美", ShowHome(), at=taipei(2024, 8, 20))
    assert reply.summary == "Nothing is open for you now"
    assert "from 113/8/30 (Fri) 00:00 until" in text_of(reply)
    last = await scene.ask("小美", ShowHome(), at=taipei(2025, 3, 1))
    assert "There is nothing you need to do now." in text_of(last)


async def test_a_card_has_at_most_six_buttons_and_one_stands_out(scene: Scene) -> None:
    """Everything at once still fits a card."""
    await scene.add(statement, of="小美")
    await scene.add(performance, by="小美")
    await scene.add(outcome, by="小美")
    await scene.add(outcome, by="小美", title="滴定")
    await scene.change(scene.cast.windows["selection"], closes_at=taipei(2024, 11, 1))
    reply = await scene.ask("小美", ShowHome(), at=taipei(2024, 10, 12))
    assert len(reply.cards[0].buttons) <= 6
    assert len(primary(reply)) == 1


async def test_a_departed_pupil_has_nothing_open(scene: Scene) -> None:
    """Who left the school is not asked for anything."""
    await scene.add(performance, by="小美")
    await scene.change(scene.cast.people["小美"], departed=True)
    reply = await scene.ask("小美", ShowHome())
    assert reply.summary == "Nothing is open for you now"


async def test_a_stranger_learns_how_to_join(scene: Scene) -> None:
    """An unlinked chat sees no school data, only where the joining code goes."""
    reply = await scene.ask("陌生人", ShowHome())
    assert "joining code" in text_of(reply)
    assert "113/9/20" not in text_of(reply)


async def test_who_has_several_duties_gets_a_card_for_each(scene: Scene) -> None:
    """張導師 leads 201 and teaches: her class first, then the works that wait for her."""
    titles = [card.title for card in (await scene.ask("張導師", ShowHome())).cards]
    teachers = [card.title for card in (await scene.ask("王老師", ShowHome())).cards]
    assert len(titles) > len(teachers) == 1
    assert titles[-1] == teachers[0]
    assert all("201" in title for title in titles[:-1])
