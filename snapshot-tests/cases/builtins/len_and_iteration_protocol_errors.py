def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: len(5))
attempt(lambda: len(x for x in []))
attempt(lambda: len(None))
attempt(lambda: iter(None))
attempt(lambda: [x for x in 1.5])
attempt(lambda: dict(a=1)[2])
attempt(lambda: None[0])
attempt(lambda: (1)[0])
attempt(lambda: len[0])
attempt(lambda: None())
attempt(lambda: None + 1)
attempt(lambda: -None)
