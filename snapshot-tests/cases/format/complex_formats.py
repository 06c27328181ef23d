def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


for s in "", ".2f", "e", "20", ">20.1f", "g", "+":
    print("|" + format(1.5 - 2j, s) + "|")
attempt(lambda: format(1j, "d"))
attempt(lambda: format(1j, "05"))
attempt(lambda: format(1j, "=10"))
