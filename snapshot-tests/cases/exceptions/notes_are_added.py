def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


e = ValueError("v")
e.add_note("first")
e.add_note("second")
print(e.__notes__, repr(e))
attempt(lambda: e.add_note(5))
