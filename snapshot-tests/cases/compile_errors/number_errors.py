def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('1__0')
refuse('1_')
refuse('0x')
refuse('0b12')
refuse('0o8')
refuse('012')
refuse('1e')
refuse('1.e')
refuse('1abc')
refuse('0xg')
refuse('1_000_')
refuse('0_7')
refuse('1if 1else 2')
refuse('5.real')
