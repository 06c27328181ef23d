"""`py_compile` with paths that are objects, and with levels that are none."""

import importlib
import importlib.util
import pathlib
import py_compile
import os
import sys
import tempfile


def show(error):
    text = f"{type(error).__qualname__}: {error}"
    for name in ("name", "path"):
        if getattr(error, name, None) is not None:
            text += f" {name}={getattr(error, name)!r}"
    for name in ("__cause__", "__context__"):
        other = getattr(error, name)
        if other is not None:
            text += f" {name}={type(other).__name__}({other})"
    return text + (" suppressed" if error.__suppress_context__ else "")


def attempt(label, function, *args, **kwargs):
    try:
        print(label, "=", repr(function(*args, **kwargs)).replace(folder, "FOLDER"))
    except BaseException as error:
        print(label, "!", show(error).replace(folder, "FOLDER"))


def write(path, text):
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    importlib.invalidate_caches()


def main():
    write("a.py", "def f(): pass\n")
    path = pathlib.Path("a.py")
    attempt("object", py_compile.compile, path, cfile=pathlib.Path("o.pyc"))
    attempt("object", py_compile.compile, path)
    for level in (-2, 3, 9):
        attempt(level, py_compile.compile, "a.py", optimize=level, doraise=True)
    print(sorted(os.listdir()), sorted(os.listdir("__pycache__")))

with tempfile.TemporaryDirectory() as folder:
    folder = os.path.realpath(folder)
    sys.path.insert(0, folder)
    os.chdir(folder)
    main()
    os.chdir("/")
