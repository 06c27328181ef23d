def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('f(a=1, a=2)')
refuse('f(a=1, 2)')
refuse('f(**k, *a)')
refuse('f(**k, 1)')
refuse('f(1=2)')
refuse('f(a.b=1)')
refuse('f(x for x in y, 1)')
refuse('f(None=1)')
refuse('f(True=1)')
refuse('f(a b)')
refuse('f(a, b')
refuse('f(=1)')
refuse('f(a=)')
refuse('f(*)')
