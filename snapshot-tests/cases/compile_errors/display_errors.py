def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('{1: 2, 3}')
refuse('{1, 2: 3}')
refuse('{**a, 1}')
refuse('{1: }')
refuse('{a: 1 for a in b, 2}')
refuse('[a, b for a in b]')
refuse('(a, b for a in b)')
refuse('(*a)')
refuse('*a')
refuse('{**a for a in b}')
refuse('[*a for a in b]')
refuse('print(*a for a in b)')
refuse('[1 2]')
refuse('{1 2}')
