"""WholeOutput: all that a model wrote so far, with one kind of line ending."""

from io import StringIO


class WholeOutput:
    def __init__(self) -> None:
        self._text = StringIO()
        self._half_ending = False  # a carriage return that may be half of "\r\n"

    @property
    def text(self) -> str:
        return self._text.getvalue()

    def add(self, text: str) -> str:
        """What is certain of it by now, with newlines for line endings."""
        if self._half_ending:
            text = "\r" + text
        self._half_ending = text.endswith("\r")
        if self._half_ending:
            text = text[:-1]
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._text.write(text)
        return text

    def end(self) -> str:
        """The rest, which nothing will follow."""
        rest = "\n" if self._half_ending else ""
        self._half_ending = False
        self._text.write(rest)
        return rest

    def start_of(self, rest: str) -> int:
        """Where ``rest``, with which it ends so far, begins."""
        return self._text.tell() - len(rest)
