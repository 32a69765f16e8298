"""What only whoever runs the installation can put right."""


class Mistake(Exception):
    """Its sentence says what is wrong and what to do; `bot` shows that and no traceback.

    `sentence` is an English msgid marked with N_, `values` fill its places.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        """Keep the sentence until the language is known in which it is said."""
        super().__init__(sentence.format_map(values) if values else sentence)
        self.sentence = sentence
        self.values = values
