def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: f"{1:s}")
attempt(lambda: f"{'a':d}")
attempt(lambda: f"{1:.2d}")
attempt(lambda: f"{[]:5}")
attempt(lambda: f"{1:z}")
attempt(lambda: f"{undefined}")
attempt(lambda: f"{1.5:x}")
attempt(lambda: f"{'a':+}")
attempt(lambda: f"{'a':=5}")
attempt(lambda: f"{1:,s}")
