"""What the classes of importlib say of themselves, and to wrong arguments."""

import importlib
import importlib.machinery
import importlib.util
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
    machinery = importlib.machinery
    spec = machinery.ModuleSpec("a.b", None, origin="o")
    attempt("hash", hash, spec)
    attempt("set parent", setattr, spec, "parent", "x")
    attempt("no arguments", machinery.ModuleSpec)
    attempt("one", machinery.ModuleSpec, "a")
    attempt("three", machinery.ModuleSpec, "a", None, 1)
    attempt("unknown", machinery.ModuleSpec, "a", None, bogus=1)
    attempt("no text", lambda: machinery.ModuleSpec(None, None).parent)
    print(machinery.ModuleSpec.__doc__[:48], spec.__module__)
    attempt("finder", machinery.FileFinder)
    attempt("bytes", machinery.FileFinder, b"d")
    attempt("no pair", machinery.FileFinder, "d", (int,))
    attempt("None", machinery.FileFinder, None)
    finder = machinery.FileFinder(".")
    print(finder._relaxed_path_cache, finder._path_mtime, finder.__module__)
    attempt("int", finder.find_spec, 3)
    for loader in (machinery.SourceFileLoader, machinery.SourcelessFileLoader):
        attempt(loader.__name__, loader)
    loader = machinery.SourceFileLoader("q", "nope.py")
    attempt("mtime", loader.path_mtime, "nope.py")
    attempt("source", loader.get_source, "q")
    attempt("level", loader.source_to_code, b"", "f", _optimize=3)
    hook = machinery.FileFinder.path_hook((machinery.SourceFileLoader, [".py"]))
    print(hook.__name__, hook.__qualname__, hook.__module__, hook.__doc__)
    for path in ("", None, 3, b"d", "nope"):
        attempt(path, hook, path)
    write("m.py", "")
    for path in ("./m.py", "m.py", "../m.py", b"m.py", None):
        attempt(path, lambda: importlib.util.spec_from_file_location("m", path).origin)
    write("space/one.py", "")
    import space
    attempt("reversed", lambda: list(reversed(space.__path__)))
    attempt("add", lambda: space.__path__ + [])
    for source in (b"x\r\ny\r", b"# coding: nope\n", b"\xff", b"\xef\xbb\xbf# coding: latin-1\n", bytearray(b"x\r"), None):
        attempt(source, importlib.util.decode_source, source)

    class Returns(machinery.SourceFileLoader):
        def get_code(self, name):
            return self.path

    module = type(sys)("m")
    for value in (None, "x = 5", 3):
        attempt(value, Returns("m", value).exec_module, module)
    print(module.x)

with tempfile.TemporaryDirectory() as folder:
    folder = os.path.realpath(folder)
    sys.path.insert(0, folder)
    os.chdir(folder)
    main()
    os.chdir("/")
