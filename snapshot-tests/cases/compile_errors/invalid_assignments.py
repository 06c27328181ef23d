def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('1 = x')
refuse('f() = 1')
refuse('a + b = 1')
refuse('None = 1')
refuse('(a, 1) = 2')
refuse('[a, f()] = 3')
refuse('"x" = 1')
refuse('x + 1 += 2')
refuse('(a, b) += 1')
refuse('f() += 1')
refuse('lambda: 1 = 2')
refuse('a if b else c = 1')
refuse('True = 1')
refuse('__debug__ = 1')
refuse('{} = 1')
refuse('... = 1')
refuse('a < b = 1')
refuse('-a = 1')
refuse('*a = 1')
refuse('x = yield = 1')
