for s in "a'b", 'a"b', "a'\"b", "\n\t\\", "\x00\x7f", "é€😀", "\u200b\xad", "\ud800", "\U000e0001":
    print(ascii(repr(s)), ascii(s))
