"""What people call the deeds of the audit, its things, and the ways by which they came."""

from handlers.words import N_, Words

DEEDS: dict[str, str] = {
    "requested certification": N_("Sent a work for certification"),
    "nudged teacher": N_("Asked the teacher for certification"),
    "certified": N_("Certified a work"),
    "returned": N_("Returned a work"),
    "withdrawn": N_("Took a certification back"),
    "decided upload": N_("Decided about uploads"),
    "selected": N_("Selected a work"),
    "unselected": N_("Took a work out of the selection"),
    "decided selection": N_("Decided about the selection"),
    "confirmed receipt": N_("Confirmed the receipt statement"),
    "raised query": N_("Raised a query"),
    "printed letters": N_("Printed letters"),
    "letter posted": N_("Said that a letter was posted"),
    "letter handed": N_("Said that a letter was handed over"),
    "letter slip": N_("Took in the slip of a letter"),
    "settled query": N_("Settled a query"),
    "settled difference": N_("Took a difference off the list"),
    "raised appeal": N_("Raised an appeal"),
    "added to appeal": N_("Added to an appeal"),
    "settled appeal": N_("Answered an appeal"),
    "asked the office": N_("Asked the office"),
    "answered question": N_("Answered a question"),
    "wrote announcement": N_("Wrote a message to the school"),
    "discarded announcement": N_("Threw a message to the school away"),
    "asked for approval": N_("Asked for approval of a message to the school"),
    "approved announcement": N_("Approved a message to the school"),
    "sent announcement back": N_("Sent a message to the school back"),
    "called announcement back": N_("Called a message to the school back"),
    "stopped announcement": N_("Stopped a message to the school"),
    "announcement began to leave": N_("A message to the school began to leave"),
    "exported announcement list": N_("Exported the list of a message to the school"),
    "took in hand": N_("Took a query or question in hand"),
    "nudged class": N_("Reminded the class"),
    "said done": N_("Said that it is done on the platform"),
    "snoozed reminder": N_("Put a reminder off"),
    "muted reminders": N_("Switched a reminder off"),
    "unmuted reminders": N_("Switched a reminder on"),
    "chose quiet hours": N_("Chose quiet hours"),
    "chose language": N_("Chose a language"),
    "chose chat": N_("Chose in which chat to be reached"),
    "linked": N_("Joined with a chat"),
    "unlinked": N_("Left with a chat"),
    "made calendar address": N_("Made a calendar address"),
    "ended calendar address": N_("Ended a calendar address"),
    "joining_code_made": N_("Made a joining code"),
    "moved pupil": N_("Moved a pupil"),
    "departed": N_("Marked as departed"),
    "came back": N_("Marked as come back"),
    "merged in": N_("Took in a second row of a person"),
    "merged away": N_("Became one with another row"),
    "gave duty": N_("Let somebody act for the office in chats"),
    "took duty": N_("Took the office in chats away"),
    "changed homeroom teacher": N_("Changed who leads a class"),
    "changed course teacher": N_("Handed a course over"),
    "extended deadline": N_("Gave more time"),
    "took back more time": N_("Took more time back"),
    "published timetable": N_("Made the timetable public"),
    "withdrew timetable": N_("Made the timetable public no more"),
    "moved deadline": N_("Moved a deadline"),
    "retired window": N_("Took a window out of the timetable"),
    "took over timetable": N_("Took over a timetable"),
    "imported": N_("Imported a file"),
    "import undone": N_("Undid an import"),
    "exported done": N_("Exported what was done"),
    "exported name list": N_("Exported a name list"),
    "fetched a file": N_("Fetched a file that was made"),
    "exported deliveries": N_("Exported a list of deliveries"),
    "exported audit": N_("Exported the audit"),
    "sending_held": N_("Put sending on hold"),
    "occasion_held": N_("Held a reminder back"),
    "occasion_released": N_("Let a reminder leave"),
    "reworded message": N_("Reworded a message"),
    "sent a proof": N_("Sent a proof to their own chat"),
    "console_person_linked": N_("Said which chat is theirs"),
    "sending_released": N_("Released sending"),
    "console_role_granted": N_("Gave a role in the console"),
    "console_role_withdrawn": N_("Took a role in the console away"),
    "console_link_made": N_("Made a link to sign in"),
    "console_second_factor_reset": N_("Reset a second factor"),
    "console_user_shut_out": N_("Shut a console account out"),
    "console_user_let_in": N_("Let a console account in"),
    "channel_changed": N_("Changed a chat account of the school"),
    "channel_pointed": N_("Had Telegram send here"),
    "console_provider_kept": N_("Set up the school's own sign-in"),
    "console_provider_removed": N_("Removed the school's own sign-in"),
}
"""What each deed is called; one that is not here is shown as it is written."""
_WAYS = {
    "terminal": N_("terminal"),
    "console": N_("console"),
    "worker": N_("by itself"),
    "paper": N_("paper"),
}
_CHATS = {"line": "LINE", "telegram": "Telegram"}
THINGS: dict[str, str] = {
    "course_outcome": N_("work"),
    "performance": N_("performance"),
    "query": N_("query"),
    "question": N_("question"),
    "announcement": N_("message to the school"),
    "appeal": N_("appeal"),
    "receipt_statement": N_("receipt statement"),
    "letter": N_("letter"),
    "delivery": N_("message"),
    "name_list": N_("name list"),
    "timetable_window": N_("window"),
    "term": N_("term"),
    "year": N_("year"),
    "school_class": N_("class"),
    "course": N_("course"),
    "link_code": N_("joining code"),
    "chat_account": N_("chat"),
    "person": N_("person"),
    "import_run": N_("import"),
    "discrepancy": N_("difference"),
    "console_user": N_("console account"),
    "school": N_("school"),
}


def deed(written: str, words: Words) -> str:
    """Return what a deed is called."""
    return words.say(DEEDS[written]) if written in DEEDS else written


def way(via: str, words: Words) -> str:
    """Return by which way a deed came: a chat, the console, the terminal."""
    return words.say(_WAYS[via]) if via in _WAYS else _CHATS.get(via, via)


def thing(written: str, words: Words) -> str:
    """Return what a deed was about: 作品 12."""
    kind, _, number = written.partition(":")
    return f"{words.say(THINGS[kind])} {number}" if kind in THINGS else written
