"""A pupil's term in a chat: what is seen and tapped, through the webhook and back."""

from handlers.appealing import settle
from models.tables import Appeal, AuditEntry, Confirmation, Decision, Query, Selection
from models.vocabulary import AppealState, OutcomeState
from tests.support import cast
from tests.support.cast import taipei
from tests.support.places import Place
from tests.support.stage import playing, rows


async def test_a_work_goes_from_request_to_certified(any_place: Place) -> None:
    """A pupil asks, the teacher certifies; the pupil is told once it can no longer be undone."""
    async with playing(any_place) as stage:
        await stage.add(cast.outcome, by="小美", course="物理", title="斜面實驗")
        pupil, teacher = stage.of("小美"), stage.of("林老師")

        await pupil.types("我的進度")
        await pupil.taps("打開", beside="斜面實驗")
        await pupil.taps("送出認證")
        await pupil.sees("已送出認證", "斜面實驗", "林老師")

        await teacher.types("待認證")
        await teacher.sees("1 件", "小美", "不涉及成績與品質")
        await teacher.taps("看這件")
        await teacher.taps("認證")
        await teacher.sees("已認證", "斜面實驗", "10 分鐘內可以收回")

        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 9, 16, 10, 5))
        assert await pupil.text() == ""
        await stage.passes_to(taipei(2024, 9, 16, 10, 11))
        await pupil.sees("斜面實驗", "已認證")


async def test_an_appeal_goes_to_the_office_and_its_answer_comes_back(place: Place) -> None:
    """Raised on the work, with words of one's own; the office is told on a school morning."""
    async with playing(place) as stage:
        work = await stage.add(cast.outcome, by="小美", state=OutcomeState.RETURNED)
        pupil = stage.of("小美")

        await pupil.types("我的進度")
        await pupil.taps("打開", beside=work.title)
        await pupil.taps("我要反映")
        await pupil.sees("註冊組會看到", "不涉及成績與品質", f"申訴 {work.id}")
        await pupil.taps("送出反映")
        await pupil.sees("已向學校反映", "回覆期限")
        await pupil.types(f"申訴 {work.id} 這是我在課堂上做的")
        await pupil.sees("這是我在課堂上做的")
        await stage.of("註冊組").types("學校")
        await stage.of("註冊組").sees("申訴 1 件")

        (appeal,) = await rows(stage, Appeal)
        await pupil.looks_away()
        async with stage.installation.store.writing() as session:
            await settle(
                session,
                appeal.school_id,
                appeal.id,
                AppealState.GRANTED,
                "老師會再看一次，最晚週五。",
                now=stage.clock.now(),
                by_id=None,
            )
        await stage.passes_to(taipei(2024, 9, 16, 10, 30))
        await pupil.sees("申訴成立", "老師會再看一次，最晚週五。")


async def test_the_seventh_work_is_refused_with_a_way_out(place: Place) -> None:
    """Six may be selected; the seventh tap says what to do and changes nothing."""
    async with playing(place) as stage:
        for number in range(7):
            await stage.add(
                cast.outcome,
                by="小美",
                course="國文",
                title=f"改寫第{number}篇",
                state=OutcomeState.CERTIFIED,
            )
        pupil = stage.of("小美")
        await pupil.types("勾選")
        taps = await pupil.finds("勾選")
        for tap in taps[-7:]:
            await pupil.does(tap)

        await pupil.sees("最多勾選 6 件")
        assert len(await rows(stage, Selection)) == 6

        await pupil.types("勾選")
        await pupil.taps("取消勾選", beside="改寫第0篇")
        await pupil.sees("5／6")


async def test_to_hand_in_nothing_is_a_decision(place: Place) -> None:
    """A pupil who chooses to submit nothing has decided, and is not reminded again."""
    async with playing(place) as stage:
        await stage.add(
            cast.outcome, by="小美", course="國文", title="改寫", state=OutcomeState.CERTIFIED
        )
        pupil = stage.of("小美")
        await pupil.types("勾選")
        await pupil.taps("勾好了")
        await pupil.taps("都不勾選")
        assert [row.choice for row in await rows(stage, Decision)] == ["nothing"]

        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 9, 20, 12))
        await pupil.sees_nothing_of("勾選")


async def test_a_receipt_is_confirmed(any_place: Place) -> None:
    """The window opens, the pupil is told what silence means, looks, and confirms once."""
    async with playing(any_place) as stage:
        await stage.add(cast.statement, of="小美")
        pupil = stage.of("小美")
        await stage.passes_to(taipei(2024, 10, 9, 8))
        await pupil.sees("收訖明細", "113/10/14（一）", "視為已確認")

        await pupil.taps("核對明細")
        await pupil.sees("小說改寫", "科展")
        confirming = (await pupil.finds("資料正確無誤"))[-1]
        await pupil.does(confirming)
        await pupil.sees("確認")
        await pupil.does(confirming)

        assert len(await rows(stage, Confirmation)) == 1
        deeds = [entry.deed for entry in await rows(stage, AuditEntry)]
        assert deeds.count("confirmed receipt") == 1


async def test_a_line_is_queried_but_not_for_the_sake_of_improvement(place: Place) -> None:
    """A difference opens a query; a wish to improve is answered with the school's clause."""
    async with playing(place, taipei(2024, 10, 10, 9)) as stage:
        await stage.add(cast.statement, of="小美")
        pupil = stage.of("小美")
        await pupil.types("收訖")
        await pupil.taps("有疑義", beside="小說改寫")
        await pupil.taps("想再修改內容")
        await pupil.sees("第六點")
        assert await rows(stage, Query) == []

        await pupil.taps("檔案不對")
        await pupil.sees("疑義")
        assert [row.reason for row in await rows(stage, Query)] == ["wrong_file"]


async def test_silence_counts_as_confirmed_and_is_told(place: Place) -> None:
    """After the window a silent pupil is told that the statement counts as confirmed."""
    async with playing(place, taipei(2024, 10, 10, 9)) as stage:
        await stage.add(cast.statement, of="小美")
        pupil = stage.of("小美")
        await stage.passes_to(taipei(2024, 10, 14, 8))
        await pupil.sees("今天", "23:59", "視為已確認")

        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 10, 15, 8))
        await pupil.sees("視為已確認")
        assert await rows(stage, Confirmation) == []

        await pupil.types("收訖")
        await pupil.sees("視為已確認")
        assert "資料正確無誤" not in (await pupil.text())


async def test_a_chosen_language_is_spoken_at_once(place: Place) -> None:
    """The answer to the choice itself comes in the new language, there and back."""
    async with playing(place) as stage:
        pupil = stage.of("小美")

        await pupil.types("English")
        await pupil.sees("From now on you are answered in English.", "To the overview")
        await pupil.types("中文")
        await pupil.sees("之後會用中文回覆。", "回總覽")
