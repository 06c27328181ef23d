def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print("é€".encode(), "é".encode("latin-1"), "aé".encode("ascii", "replace"), "aé".encode("ascii", "ignore"), "é😀".encode("ascii", "xmlcharrefreplace"), "é😀".encode("ascii", "backslashreplace"), "a".encode("utf-16-le"), "\udc80".encode("utf-8", "surrogateescape"))
attempt(lambda: "é".encode("ascii"))
attempt(lambda: "a".encode("nope"))
attempt(lambda: "é".encode("ascii", "nope"))
attempt(lambda: "a".encode(5))
