try:
    try:
        raise ExceptionGroup("g", [ValueError(1), OSError(2)])
    except* ValueError:
        pass
except ExceptionGroup as g:
    print(repr(g))
