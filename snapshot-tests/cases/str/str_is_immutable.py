def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


s = "abc"
def set_item(): s[0] = "x"
def del_item(): del s[0]
attempt(lambda: set_item())
attempt(lambda: del_item())
attempt(lambda: s.append("d"))
