"""Questions for the office: too many, or answered before."""

from handlers.refusals.registry import says
from handlers.words import Words
from models import errors


@says(errors.TooManyQuestions)
def _too_many_questions(error: errors.TooManyQuestions, words: Words) -> str:
    return words.count(
        "The office gets at most {n} question a day from one person, so this one was not passed "
        "on. From {moment} on you can ask again.",
        "The office gets at most {n} questions a day from one person, so this one was not passed "
        "on. From {moment} on you can ask again.",
        error.at_most,
        moment=words.moment(error.again_at),
    )


@says(errors.AlreadyAnswered)
def _already_answered(error: errors.AlreadyAnswered, words: Words) -> str:
    return words.say(
        "This question was answered on {moment}; the first answer stays.",
        moment=words.moment(error.answered_at),
    )
