def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(eval(compile("1 + 1", "<x>", "eval")))
exec(compile("print('exec')", "<x>", "exec"))
exec(compile("5 * 5", "<x>", "single"))
attempt(lambda: compile("1", "<x>", "other"))
attempt(lambda: compile("a = 1", "<x>", "eval"))
attempt(lambda: compile(1, "<x>", "exec"))
attempt(lambda: compile("1", "<x>", "exec", 1 << 30))
attempt(lambda: compile("a\0b", "<x>", "exec"))
