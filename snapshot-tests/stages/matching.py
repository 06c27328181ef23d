def f(value):
    match value:
        case 1 | 2:
            return "number"
        case [x, *rest] if rest:
            return x
        case {"key": Point(a, b=0), **others}:
            return a, others
        case _:
            return None
