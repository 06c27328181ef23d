"""What CPython makes of files: `python3.11 -I -S oracle.py` with lines `LEVEL<tab>NAME<tab>PATH` on its standard input.

For each line: the length of what follows (4 bytes, little-endian), and the body of the pyc, or `!` and the error. Each file is compiled in a
process of its own, because what one module interns shows in the bytes of the next. `oracle.py lib` prints where the library is, and the version.
"""
import marshal
import os
import sys


def answer_(line_):
    level_, name_, path_ = line_.rstrip("\n").split("\t")
    with open(path_, "rb") as file_:
        source_ = file_.read()
    try:
        code_ = compile(source_, name_, "exec", 0, True, int(level_))
    except (SyntaxError, ValueError, RecursionError) as error_:
        return b"!" + str(error_).encode("utf-8", "replace")
    return marshal.dumps(code_)


def main_():
    for line_ in sys.stdin:
        child_ = os.fork()
        if not child_:
            data_ = answer_(line_)
            data_ = memoryview(len(data_).to_bytes(4, "little") + data_)
            while data_:
                data_ = data_[os.write(1, data_):]
            os._exit(0)
        os.waitpid(child_, 0)


if sys.argv[1:] == ["lib"]:
    print(os.path.dirname(os.__file__), *sys.version_info[:3], sep="\t")
else:
    main_()
