def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('(')
refuse(')')
refuse('(]')
refuse('[1, 2')
refuse('{1: 2')
refuse('foo(1,\n  [2,\n')
refuse('}')
refuse('(a\n]')
