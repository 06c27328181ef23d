b = bytearray(b"abcdef")
print(b == b"abcdef", b < b"b", b[::2], b[::-1], b * 2, b + b"x", b"x" + b, type(b"x" + b).__name__, type(b + b"x").__name__, 97 in b, b.find(b"cd"))
del b[::2]
print(b, repr(bytearray(b"'")))
