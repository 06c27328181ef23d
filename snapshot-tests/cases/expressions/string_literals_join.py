print("a" 'b' """c
d""" r"\n" "\n" "\x41\u00e9\U0001F600\N{BULLET}\101\0".encode().hex())
print(b"a" b"\xff" rb"\x")
