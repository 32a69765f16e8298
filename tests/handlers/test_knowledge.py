"""What people ask in plain words: a table of phrasings, each with the question it stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.explanations import EXPLANATIONS
from handlers.knowledge import LONGEST, knowledge, topic_of
from handlers.rule_answers import LABELS
from models.rules.questions import looks_like_question
from models.vocabulary import Stage

ASKED = {
    "todo": [
        "我還有什麼沒做",
        "還有什麼要交的嗎？",
        "我現在要做什麼",
        "有哪些待辦",
        "我是不是漏了什麼",
        "還有 什麼 沒 弄",
    ],
    "when_any": ["什麼時候截止呢", "期限是哪天", "deadline?"],
    "when_upload": ["上傳什麼時候截止", "上傳到幾號", "上載期限到何時", "成果最晚哪天交"],
    "when_certification": ["認證什麼時候截止", "認証到幾號", "老師認證最晚到哪一天"],
    "when_selection": ["勾選到什麼時候", "勾選期限", "圈選到幾號"],
    "when_receipt": [
        "收訖什麼時候截止",
        "收迄什麼時候截止",
        "收訖到幾號？",
        "收訖明細最後一天是哪天",
        "When is the receipt deadline?",
    ],
    "many_upload": [
        "可以上傳幾件",
        "可以上傳幾個？",
        "最多可以傳幾份",
        "一學期能傳多少件",
        "How many works can I upload?",
    ],
    "many_select": ["可以勾選幾件", "勾選上限是多少", "最多能選幾個", "多元表現可以勾選幾項"],
    "many_any": ["課程學習成果最多幾件", "多元表現有件數上限嗎", "學習歷程要幾件"],
    "must_upload": ["一定要上傳嗎", "我可以不上傳嗎", "必須上傳嗎？", "上傳是強制的嗎"],
    "without_upload": ["沒上傳會怎樣", "忘記上傳怎麼辦", "不上傳會怎麼樣"],
    "how_upload": ["怎麼上傳", "要去哪裡上傳檔案", "如何上傳"],
    "how_request": ["怎麼送出認證", "送認證要怎麼做", "要如何請老師認證"],
    "what_certification": ["認證是什麼", "什麼是認證", "認證是啥", "認證是甚麼意思"],
    "certification_quality": ["認證會看成績嗎", "老師認證會評分嗎"],
    "teacher_silent": [
        "老師不認證怎麼辦",
        "老師一直沒有認證",
        "老師還沒認證怎麼辦",
        "一直認證中怎麼辦",
    ],
    "returned": ["被退件怎麼辦", "認證失敗了", "作品被退回要怎麼辦", "我不服老師的認證"],
    "performance_certified": ["多元表現要認證嗎", "多元表現需要老師認證嗎"],
    "what_selection": ["勾選是什麼", "為什麼要勾選"],
    "how_select": ["怎麼勾選", "要如何勾選"],
    "unselect": [
        "怎麼退勾選",
        "怎麼取消勾選",
        "勾選可以反悔嗎",
        "勾錯了怎麼辦",
        "勾選完可以改嗎",
        "how do I unselect",
    ],
    "without_selection": ["不勾選會怎樣", "一定要勾選嗎", "忘記勾選怎麼辦"],
    "how_receipt": ["收訖要怎麼確認", "怎麼核對明細"],
    "what_receipt": ["收訖明細是什麼", "收訖是什麼意思"],
    "without_receipt": [
        "收訖沒確認會怎樣",
        "收迄沒有確認會怎麼樣",
        "沒確認收訖會怎樣？",
        "一定要確認收訖嗎",
        "視為已確認是什麼",
    ],
    "receipt_wrong": ["收訖有錯怎麼辦", "明細少了一筆怎麼辦", "要怎麼提出疑義", "資料不對怎麼辦"],
    "change_after": ["提交後可以修改嗎", "收訖的時候可以換檔案嗎"],
    "too_late": ["過期了怎麼辦", "來不及了", "可以延期嗎", "可以補交嗎"],
    "what_outcome": ["課程學習成果是什麼", "什麼是學習成果"],
    "what_performance": ["多元表現是什麼", "多元表現有哪些"],
    "what_portfolio": ["學習歷程檔案是什麼"],
    "reminders_off": ["怎麼關掉提醒", "通知太多了", "可以不要提醒我嗎", "如何設定提醒"],
    "new_phone": ["換手機怎麼辦", "要怎麼重新綁定"],
}
"""The question that the bot knows, and how people ask it."""

TABLE = [(text, key) for key, texts in ASKED.items() for text in texts]
SMALL_TALK = [
    "今天天氣很好",
    "你好",
    "謝謝你",
    "早安",
    "哈哈哈哈",
    "好的收到",
    "老師晚安",
    "OK",
    "測試",
    "吃飽了",
    "。。。",
    "我在學校",
    "",
]
"""What nobody wants an office to read."""

FOR_THE_OFFICE = [
    "重讀生的成績要怎麼處理",
    "我的學號寫錯了怎麼辦",
    "轉學生的資料會不見嗎",
    "註冊組在幾樓",
    "可不可以改姓名",
    "為什麼我的科目名稱不對呢",
]
"""Questions that the bot does not know: a person has to answer them."""


def test_the_table_is_long_enough_to_mean_something() -> None:
    """At least sixty phrasings, and every topic has one."""
    assert len(TABLE) >= 60
    assert set(ASKED) == {topic.key for topic in knowledge().topics}


@pytest.mark.parametrize(("text", "key"), TABLE)
def test_a_phrasing_finds_its_question(text: str, key: str) -> None:
    """With typos, variants of a word, full or half width, and polite endings."""
    found = topic_of(text)

    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(("text", "key"), TABLE)
def test_width_spaces_and_punctuation_make_no_difference(text: str, key: str) -> None:
    """What a phone's keyboard adds or turns full-width changes no answer."""
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)

    for said in (f"請問{text}？？", f"「{wide}」", " ".join(text), f"{text}!!!"):
        found = topic_of(said)
        assert found is not None
        assert found.key == key


@pytest.mark.parametrize("text", SMALL_TALK)
def test_small_talk_is_no_question(text: str) -> None:
    """It neither finds a topic nor looks like something for the office."""
    assert topic_of(text) is None
    assert not looks_like_question(text)


@pytest.mark.parametrize("text", FOR_THE_OFFICE)
def test_what_the_bot_does_not_know_looks_like_a_question(text: str) -> None:
    """It finds no topic, so that it can go to the office."""
    assert topic_of(text) is None
    assert looks_like_question(text)


def test_every_topic_can_be_answered() -> None:
    """An explanation, a stage or caps, and a button whose label is known; no way is empty."""
    for topic in knowledge().topics:
        assert all(all(group) for way in topic.ways for group in way), topic.key
        assert topic.answer or topic.opens, topic.key
        if topic.answer == "text":
            assert topic.key in EXPLANATIONS
        if topic.answer == "dates":
            assert Stage(topic.stage)
        if topic.answer:
            assert topic.opens is not None
            assert topic.opens.code in LABELS
    texts = {topic.key for topic in knowledge().topics if topic.answer == "text"}
    assert texts == set(EXPLANATIONS)


@given(st.text(max_size=300))
def test_any_text_is_read_without_breaking(text: str) -> None:
    """A topic or none; a story longer than a question is for a person."""
    found = topic_of(text)

    assert found is None or found in knowledge().topics
    if len(knowledge().plain(text)) > LONGEST:
        assert found is None
