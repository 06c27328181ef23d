try:
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("new")
    except* TypeError:
        raise OSError("other")
except ExceptionGroup as g:
    print(repr(g))
    print([repr(e.__context__) for e in g.exceptions])
