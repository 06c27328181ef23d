def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('from __future__ import nothing')
refuse('from __future__ import braces')
refuse('x = 1\nfrom __future__ import division')
refuse('from __future__ import *')
