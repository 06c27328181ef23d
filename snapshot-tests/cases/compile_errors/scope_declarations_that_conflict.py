def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('def f(x): global x')
refuse('def f():\n    x = 1\n    global x')
refuse('def f():\n    print(x)\n    global x')
refuse('def f(x): nonlocal x')
refuse('def f():\n    global x\n    nonlocal x')
refuse('def f():\n    x: int\n    global x')
refuse('x: int = 1\nglobal x')
refuse('def f():\n    global x\n    x: int = 1')
