def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('def f(): from a import *')
refuse('class C:\n  from a import *')
refuse('*a, *b = c')
refuse('*a = b')
refuse('a, = b = *c,')
refuse('for *a in b: pass')
refuse('return *a')
refuse('del *a')
refuse('x = *a')
refuse('[*a, *b] = c')
refuse('with a as f(): pass')
refuse('for f() in x: pass')
refuse('for x in y z: pass')
refuse('with a as 1: pass')
refuse('import a, ')
