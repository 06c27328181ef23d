def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('x = “a”')
refuse('a\\u00a0= 1')
refuse('x = 5€')
refuse('a ≠ b')
refuse('\\\\x')
refuse('x = 1 \\\\ 2')
refuse('a = 1 +\\\\')
