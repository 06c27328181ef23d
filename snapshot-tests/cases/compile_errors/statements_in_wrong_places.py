def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('return 1')
refuse('break')
refuse('continue')
refuse('yield 1')
refuse('await x')
refuse('class C: return 1')
refuse('nonlocal x')
refuse('def f(): nonlocal x')
refuse('async with a: pass')
refuse('async for x in y: pass')
refuse('[x async for x in y]')
refuse('def f(): await x')
refuse('class C: yield 1')
refuse('for x in y: pass\nbreak')
refuse('if 1: continue')
refuse('async def f(): yield from x')
refuse('async def f():\n    yield 1\n    return 2')
