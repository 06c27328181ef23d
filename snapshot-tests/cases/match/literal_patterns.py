def f(x):
    match x:
        case 1: return "one"
        case "a" | "b": return "letter"
        case None: return "none"
        case True: return "true"
        case -2.5: return "neg"
        case 1 + 2j: return "complex"
        case b"x": return "bytes"
        case _: return "other"
print([f(x) for x in (1, True, 1.0, "b", None, -2.5, 1 + 2j, b"x", False, [])])
