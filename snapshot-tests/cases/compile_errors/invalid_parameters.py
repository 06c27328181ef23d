def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('def f(a, a): pass')
refuse('def f(a=1, b): pass')
refuse('def f(*): pass')
refuse('def f(*, **k): pass')
refuse('def f(**k, a): pass')
refuse('def f(**k, *a): pass')
refuse('def f(/): pass')
refuse('def f(a, /, b, /): pass')
refuse('def f(*a, /): pass')
refuse('def f(None): pass')
refuse('def f(1): pass')
refuse('def f(*a, *b): pass')
refuse('def f(a, (b, c)): pass')
refuse('lambda a, a: 1')
refuse('lambda *: 1')
refuse('lambda x=1, y: 1')
