# The compiler's own tokens.
from _tokenize import TokenizerIter

SOURCES = [
    "x = 1 + (2,\n     y)  # c\n",
    "if a:\n    b\n  \n    c\nd",
    "async def f(): await x; pass\n",
    "'''a\nb''' + \\\n  c\n",
    "a\\\n  b\nö = 'ü'\n",
    "match $ ?\n",
    "",
    "\n\n",
    "1_\n",
    "(1]\n",
    "x = 'abc\n",
    "if a:\n\tb\n        c\n",
    "(\n",
]
for source in SOURCES:
    print(repr(source))
    tokens = TokenizerIter(source)
    try:
        for token in tokens:
            print("  ", token)
    except SyntaxError as error:
        print("  ", type(error).__name__, error.msg, error.lineno, error.offset, error.end_offset, repr(error.text))
print(iter(tokens) is tokens)
for wrong in [(), (1,), ("a", "b")]:
    try:
        TokenizerIter(*wrong)
    except TypeError as error:
        print(error)
