def refuse(text):
    try:
        compile(text, "<text>", "exec")
        print("accepted:", repr(text))
    except SyntaxError as error:
        print(f"{type(error).__name__}: {error.msg}", error.lineno, error.offset, error.end_lineno, error.end_offset)


refuse('match x:\n  case a: pass\n  case b: pass')
refuse('match x:\n  case a | b: pass')
refuse('match x:\n  case [a, a]: pass')
refuse('match x:\n  case _ | 1: pass')
refuse('match x:\n  case {"a": 1, "a": 2}: pass')
refuse('match x:\n  case C(a=1, a=2): pass')
refuse('match x:\n  case [*a, *b]: pass')
refuse('match x:\n  case {**a, "b": 1}: pass')
refuse('match x:\n  case 1 + 1: pass')
refuse('match x:\n  case a as _: pass')
refuse('match x:\n  case 1 as a.b: pass')
refuse('match x:\n  case {a: 1}: pass')
refuse('match x:\n  case C(a=1, 2): pass')
refuse('match x:\n  case -a: pass')
refuse('match x:\n  case (1 | a): pass')
refuse('match x:\n  case {**_}: pass')
