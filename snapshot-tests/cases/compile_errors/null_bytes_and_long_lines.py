def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse("a = '\\\\0'")
refuse('x = 1;;')
refuse(';')
refuse('x = 1; ; y')
refuse('@')
refuse('@x')
refuse('@x\n1')
refuse('def f(): pass; def g(): pass')
refuse('class C(a for a in b): pass')
refuse('class C(x=1, y): pass')
refuse('class 1: pass')
refuse('def 1(): pass')
refuse('global')
refuse('global a.b')
refuse('nonlocal 1')
refuse('assert')
refuse('assert (1, "x"')
refuse('raise a from')
refuse('pass 1')
