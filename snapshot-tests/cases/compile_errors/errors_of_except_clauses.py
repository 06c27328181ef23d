def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('try: pass\nexcept: pass\nexcept A: pass')
refuse('try: pass\nexcept A, B: pass')
refuse('try: pass\nexcept* : pass')
refuse('try: pass\nexcept A: pass\nexcept* B: pass')
refuse('try: pass\nelse: pass')
refuse('try: pass\nexcept A as b.c: pass')
refuse('def f():\n  for x in y:\n    try: pass\n    except* A: break')
refuse('def f():\n    try: pass\n    except* A: return 1')
