def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


try:
    compile("a = 1\nb = = 2\n", "name.py", "exec")
except SyntaxError as error:
    print(error.filename, error.lineno, error.offset, error.text, error.end_lineno, error.end_offset, error.args)
    print(str(error))
e = SyntaxError("m", ("f", 1, 2, "text"))
print(e, e.args, e.print_file_and_line)
attempt(lambda: SyntaxError("m", (1, 2)))
print(str(SyntaxError("x")), SyntaxError().msg)
