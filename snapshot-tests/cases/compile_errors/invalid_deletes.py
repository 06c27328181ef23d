def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('del 1')
refuse('del f()')
refuse('del a + b')
refuse('del (a, 1)')
refuse('del None')
refuse('del *a')
refuse('del')
refuse('del a,')
refuse('del "x"')
