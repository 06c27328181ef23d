def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


for s in "", "5", "<5", ">5", "^6", ".2", "*^7.2", "s", "05":
    print("|" + format("abc", s) + "|")
attempt(lambda: format("a", "x"))
attempt(lambda: format("a", ","))
attempt(lambda: format("a", " "))
attempt(lambda: format("a", "#"))
