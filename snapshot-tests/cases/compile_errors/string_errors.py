def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse("'abc")
refuse('\\"abc')
refuse("'''abc")
refuse("f'{'")
refuse("f'{}'")
refuse("f'{a'")
refuse("f'}'")
refuse("f'{a!x}'")
refuse("f'{a b}'")
refuse("f'{\\\\x}'")
refuse("'\\\\x1'")
refuse("'\\\\u12'")
refuse("'\\\\N{nothing here}'")
refuse("b'\\\\x1'")
refuse("b'é'")
refuse("f'{a:{b:{c}}}'")
refuse("'a' b'b'")
