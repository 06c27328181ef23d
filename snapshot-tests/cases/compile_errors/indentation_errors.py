def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('if 1:\nx')
refuse('  x = 1')
refuse('if 1:\n    x\n  y')
refuse('x = 1\n  y = 2')
refuse('def f():\n')
refuse('class C:\n\nx = 1')
refuse('for x in y:\nz')
refuse('while 1:\nz')
refuse('try:\nx')
refuse('with a:\nb')
refuse('if 1:\n\tx\n        y')
