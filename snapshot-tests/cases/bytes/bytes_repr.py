print(b"", b"a'b", b'a"b', b"'\"", b"\x00\n\t\r\\\x7f\xff", str(b"x"), repr(b"y"))
