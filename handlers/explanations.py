"""What the bot says about the rules in a few sentences, topic by topic, with the clause.

The keys are those of handlers/topics.toml. Nothing here demands a number of works or speaks of
quality (114函 points 1, 2 and 4).
"""

from dataclasses import dataclass

from handlers.words import N_


@dataclass(frozen=True, slots=True)
class Explanation:
    """A heading, what holds, and where it is written; all msgids."""

    title: str
    said: str
    clause: str = ""


_POINT_1 = N_("K12EA letter of 2025, points 1 and 4")
_POINT_2 = N_("K12EA letter of 2025, point 2")
_POINT_6 = N_("K12EA letter of 2025, point 6")
_OUTCOMES = N_("directions, point 4(2)")
_PERFORMANCES = N_("directions, point 4(3)")
_PARTS = N_("directions, point 3")
_CAPS = N_("directions, points 4(2)2 and 4(3)2")

EXPLANATIONS: dict[str, Explanation] = {
    "must_upload": Explanation(
        N_("Must I upload?"),
        N_(
            "No. Whether you upload, and what, is your choice; no number is asked of you. What is "
            "not uploaded in time cannot be uploaded for that term any more."
        ),
        _POINT_1,
    ),
    "without_upload": Explanation(
        N_("If nothing is uploaded"),
        N_(
            "Then there is nothing of this term to be certified, selected and submitted. It is "
            "your choice, and nothing else follows from it."
        ),
        _POINT_1,
    ),
    "how_upload": Explanation(
        N_("How to upload"),
        N_(
            "Works are uploaded on the school platform, not in this chat. Once a work is there, "
            "send it for certification: here, under your works, or on the platform."
        ),
        _OUTCOMES,
    ),
    "how_request": Explanation(
        N_("How to send for certification"),
        N_(
            "Open the work under your works and choose to send it. The subject teacher of the "
            "course gets it, and you are told what became of it."
        ),
        _OUTCOMES,
    ),
    "what_certification": Explanation(
        N_("What certification is"),
        N_(
            "The subject teacher certifies that you made this work, in this course: nothing more. "
            "It says nothing about marks or quality. Only certified course outcomes can be "
            "selected."
        ),
        _POINT_2,
    ),
    "certification_quality": Explanation(
        N_("Certification and marks"),
        N_(
            "Certification is not about marks, quality or content. A teacher can return a work "
            "only for one of four reasons: not your own, not made in this course, wrong course or "
            "teacher, or a file that is wrong or cannot be opened."
        ),
        _POINT_2,
    ),
    "teacher_silent": Explanation(
        N_("The teacher has not certified yet"),
        N_(
            "Open the work under your works: there you can remind the teacher politely. If it "
            "stays like this near the deadline, tell the registrar; a deputy can certify instead."
        ),
        _POINT_2,
    ),
    "returned": Explanation(
        N_("A work was returned"),
        N_(
            "Open it under your works to see the reason. You can put it right and send it again "
            "until certification closes. If you think the return is not right, raise it with the "
            "teacher, the homeroom teacher or the registrar: the school must answer."
        ),
        _POINT_2,
    ),
    "performance_certified": Explanation(
        N_("Performances need no certification"),
        N_(
            "Diverse performances are not certified. You upload them on the school platform all "
            "year and select them when the selection is open."
        ),
        _PERFORMANCES,
    ),
    "what_selection": Explanation(
        N_("What selection is"),
        N_(
            "Once a year you select which certified course outcomes and which performances the "
            "school submits to the central database. What is not selected stays at the school. "
            "How many, or none, is your choice."
        ),
        _CAPS,
    ),
    "unselect": Explanation(
        N_("Taking a work out again"),
        N_(
            "Open the selection, find the work, and take it out. As long as the selection is open "
            "you can change it as often as you like."
        ),
    ),
    "without_selection": Explanation(
        N_("If nothing is selected"),
        N_(
            "Then nothing of that year is sent to the central database. That is allowed; "
            "to select nothing is a decision too."
        ),
        _POINT_1,
    ),
    "what_receipt": Explanation(
        N_("What the receipt statement is"),
        N_(
            "It says what the central database has received about you. You check whether that is "
            "what you uploaded and selected, and confirm it or raise a query."
        ),
        _POINT_6,
    ),
    "without_receipt": Explanation(
        N_("If the receipt is not confirmed"),
        N_(
            "If you neither confirm nor raise a query in time, the statement is deemed confirmed "
            "and cannot be corrected any more. Checking takes about a minute."
        ),
        _POINT_6,
    ),
    "receipt_wrong": Explanation(
        N_("Something in the statement is wrong"),
        N_(
            "Open the statement and raise a query about that line, or about a work that is "
            "missing. The registrar looks into it and answers. It has to happen before the "
            "deadline."
        ),
        _POINT_6,
    ),
    "change_after": Explanation(
        N_("Changing a work after submission"),
        N_(
            "What was submitted cannot be improved any more: the receipt statement is only for "
            "checking whether it is what you uploaded. If something really differs, raise a query."
        ),
        _POINT_6,
    ),
    "too_late": Explanation(
        N_("After a deadline"),
        N_(
            "When a window is closed, nothing can be changed in it. If something came up that you "
            "could not help, speak to the homeroom teacher or the registrar: in single cases the "
            "school can give more time."
        ),
    ),
    "what_outcome": Explanation(
        N_("What a course outcome is"),
        N_(
            "A work that you made in a course that carries credits, such as a report or a piece "
            "of practical work. It is uploaded each semester and certified by the subject teacher."
        ),
        _OUTCOMES,
    ),
    "what_performance": Explanation(
        N_("What a diverse performance is"),
        N_(
            "What you did beside courses, such as competitions, licences, service learning, "
            "offices or works of your own. It needs no certification."
        ),
        _PERFORMANCES,
    ),
    "what_portfolio": Explanation(
        N_("What the learning portfolio is"),
        N_(
            "Four parts: basic data, course records, course outcomes and diverse performances. "
            "You decide which outcomes and performances the school submits."
        ),
        _PARTS,
    ),
    "new_phone": Explanation(
        N_("A new phone or a new account"),
        N_(
            "Ask the homeroom teacher or the registrar for a new joining code and type it in the "
            "new chat. The old chat is then taken off your name."
        ),
    ),
}
"""The answers in words, by the topic's key."""
