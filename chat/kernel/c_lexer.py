"""A lexer for C-like languages, in which every rule takes linear time.

``chat.kernel.code_highlighting`` uses it instead of Pygments' lexers for C, C++, C# and Java, whose
rules for functions take seconds for a few kilobytes of lines that look like the start of one.
"""

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Name, Number, Punctuation, String, Text

_KEYWORDS = """
    abstract as async auto await base bool boolean break byte case catch char class const constexpr
    continue decimal default delegate delete do double else enum event explicit extends extern
    final finally float for foreach friend get goto if implements import in inline instanceof int
    interface internal is let lock long mutable namespace native new noexcept operator out override
    package params private protected public readonly record ref return sealed set short signed
    sizeof static
    struct switch synchronized template this throw throws transient try typedef typename union
    unsigned using var virtual void volatile when where while yield
"""
_VALUES = ("true", "false", "null", "nullptr", "NULL")


class BraceLexer(RegexLexer):
    name = "C family"
    tokens = {
        "root": [
            (r"\s+", Text),
            (r"//[^\n]*", Comment.Single),
            (r"/\*", Comment.Multiline, "comment"),
            (r"#[a-z]+[^\n]*", Comment.Preproc),
            (r'"', String, "string"),
            (r"'(?:\\.|[^'\\\n])'", String.Char),
            (r"@\w+", Name.Decorator),
            (r"\d[\w.]*", Number),
            (words(tuple(_KEYWORDS.split()), suffix=r"\b"), Keyword),
            (words(_VALUES, suffix=r"\b"), Keyword.Constant),
            (r"[A-Za-z_]\w*", Name),
            (r".", Punctuation),
        ],
        "comment": [(r"\*/", Comment.Multiline, "#pop"), (r"[^*]+|\*", Comment.Multiline)],
        "string": [(r'"|\n', String, "#pop"), (r'[^"\\\n]+|\\.|\\', String)],
    }
