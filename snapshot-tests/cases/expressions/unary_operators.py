def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(-5, +5, ~5, --5, -True, ~False, -(-2.5), +0.0, -0.0, not not 3)
attempt(lambda: -"a")
attempt(lambda: +[])
attempt(lambda: ~1.5)
