# join, replace, strip, in: the short ways and what stands next to them.
class S(str):
    pass


def attempt(function):
    try:
        result = function()
        print(type(result).__name__, ascii(result))
    except Exception as error:
        print(type(error).__name__, error)


s = S("a")
attempt(lambda: "".join([]))
attempt(lambda: "".join(["abc"]))
attempt(lambda: "".join([s]))
attempt(lambda: ",".join([s]))
attempt(lambda: ",".join([s, "b"]))
attempt(lambda: "".join(["", "x", ""]))
attempt(lambda: ",".join(["", ""]))
attempt(lambda: "é".join(["a", "b"]))
attempt(lambda: "é".join(["a"]))
attempt(lambda: "€".join(["a", "é", "\U00010000"]))
attempt(lambda: "".join(["é", "a"]))
attempt(lambda: "".join(["a", "€"]))
attempt(lambda: "-".join(("x", "y")))
attempt(lambda: "-".join("xyz"))
attempt(lambda: "-".join(c for c in "xyz"))
attempt(lambda: "-".join({"k": 1}))
attempt(lambda: "-".join(["a", 1, "b"]))
attempt(lambda: "-".join(("a", None)))
attempt(lambda: "-".join([1]))
attempt(lambda: "-".join(5))
attempt(lambda: "-".join([b"x"]))
words = ["one", "two"]
attempt(lambda: " ".join(words) + " ".join(words))
only = ["x" * 10]
print("".join(only) is only[0])

attempt(lambda: "banana".replace("a", "o"))
attempt(lambda: "banana".replace("a", "o", 2))
attempt(lambda: "banana".replace("a", "o", 0))
attempt(lambda: "banana".replace("x", "o"))
attempt(lambda: "banana".replace("a", "a"))
attempt(lambda: "a".replace("a", "b"))
attempt(lambda: "".replace("a", "b"))
attempt(lambda: "banana".replace("a", "é"))
attempt(lambda: "bénana".replace("é", "e"))
attempt(lambda: "banana".replace("é", "e"))
attempt(lambda: "banana".replace("a", ""))
attempt(lambda: "banana".replace("", "-"))
attempt(lambda: "b€n€".replace("€", "a"))
attempt(lambda: s.replace("x", "y"))
attempt(lambda: S("aa").replace("a", "y"))
attempt(lambda: S("aa").replace("a", "y", -1))

attempt(lambda: "00100".strip("0"))
attempt(lambda: "00100".lstrip("0"))
attempt(lambda: "00100".rstrip("0"))
attempt(lambda: "000".strip("0"))
attempt(lambda: "000".lstrip("0"))
attempt(lambda: "000".rstrip("0"))
attempt(lambda: "".strip("0"))
attempt(lambda: "abc".strip(""))
attempt(lambda: "éaé".strip("é"))
attempt(lambda: "€a€".strip("€"))
attempt(lambda: "€a€".strip("a"))
attempt(lambda: "aba".strip("é"))
attempt(lambda: "aba".strip("€"))
attempt(lambda: S("aba").strip("a"))
attempt(lambda: S("b").strip("a"))
attempt(lambda: "aba".strip(1))

for text in ("", "aeiou", "abcdefghijklmnopqrstuvwxyz", "aé", "a€"):
    print(["a" in text, "z" in text, "" in text, "é" in text, "€" in text, "ab" in text])
attempt(lambda: 1 in "abc")
attempt(lambda: "ABC".lower() + "abc".upper() + "ß".upper() + "".upper() + "x".upper() + "ÀB".lower())
