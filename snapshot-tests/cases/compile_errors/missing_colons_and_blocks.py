def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('if x\n    pass')
refuse('for x in y\n    pass')
refuse('while x\n    pass')
refuse('def f()\n    pass')
refuse('class C\n    pass')
refuse('try\n    pass')
refuse('with a as b\n    pass')
refuse('else: pass')
refuse('elif x: pass')
refuse('except: pass')
refuse('finally: pass')
refuse('try:\n    pass')
refuse('try:\n    pass\nx = 1')
refuse('match x\n    case 1: pass')
