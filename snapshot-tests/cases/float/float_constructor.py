def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(float("1.5"), float(" -2e3 "), float("inf"), float("-Infinity"), float("nan"), float("1_0.5"), float(5), float(), float(b"2.5"), float(True), float("1e400"))
attempt(lambda: float(""))
attempt(lambda: float("a"))
attempt(lambda: float("1_"))
attempt(lambda: float(None))
attempt(lambda: float([]))
attempt(lambda: float("1e"))
attempt(lambda: float(1j))
