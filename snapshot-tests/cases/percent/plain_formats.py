# The commonest formats, and what stands next to them.
def attempt(format, values):
    try:
        print(repr(format % values))
    except Exception as error:
        print(type(error).__name__, error)


class S(str):
    def __str__(self):
        return "S!"


class N(int):
    def __repr__(self):
        return "N!"


for format, values in [
    ("%s", "a"), ("%s", 1), ("%d", -12), ("%d:%s", (0, "xxx")), ("%s%%%s", ("a", "b")), ("%%", ()), ("100%", ()),
    ("%5d|%-5d|%05d|%-05d", (1, 2, -3, -4)), ("%5s|%-5s|%2s", ("ab", "cd", "long")), ("%05s", "a"), ("%3d", 12345),
    ("%s", S("x")), ("%s %d", (N(3), N(4))), ("%s", True), ("%d", True), ("%s", None), ("%d", 2**70), ("%s", 2**70),
    ("%d", 1.5), ("%s", 1.5), ("%s", "é"), ("%s€", "a"), ("é%s", "a"), ("%d", "a"), ("%s", ()), ("%s", ("a", "b")),
    ("%s %s", "a"), ("%s %s", ("a",)), ("a", "b"), ("a", ()), ("a", (1,)), ("a", {}), ("%(k)s", {"k": 1}), ("%s", {"k": 1}),
    ("%s", [1]), ("%x", 255), ("%.2f", 1.0), ("%i", 3), ("%300s", "a"), ("%d", -(2**59)), ("%d", 2**60), ("%d", -(2**60)),
    ("%d", -(2**63)), ("%", 1), ("%5", 1), ("%-", 1), ("%y", 1), ("%s" * 40, ("ab",) * 40), ("%s", "x" * 300), ("x" * 300 + "%d", 1),
    ("", ()), ("%s", ""), ("%ld", 5), ("%+d", 5), ("% d", 5), ("%-+5d|", 5), ("%*d", (5, 1)), ("%c", "x"), ("%r", "x"), ("\0%s", "\0"),
]:
    attempt(format, values)
