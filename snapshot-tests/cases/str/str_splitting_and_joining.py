def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print("a,b,,c".split(","), " a  b ".split(), "a b c".split(None, 1), "a b c".rsplit(" ", 1), "".split(), "".split(","), "a\nb\r\nc\x85d".splitlines(), "a\nb".splitlines(True), "a-b".partition("-"), "ab".partition("-"), "a-b-c".rpartition("-"))
print("-".join(["a", "b"]), "".join([]), ",".join("xyz"), "-".join({"k": 1}))
attempt(lambda: "a".split(""))
attempt(lambda: "-".join([1]))
attempt(lambda: "-".join(5))
attempt(lambda: "-".join(["a", None]))
attempt(lambda: "a".partition(""))
attempt(lambda: "a".split(1))
