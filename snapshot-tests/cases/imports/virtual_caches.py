"""Loaders that keep sources and caches elsewhere: which steps are asked, with what."""

import importlib
import importlib.abc
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


class Virtual(importlib.abc.SourceLoader):
    def get_filename(self, name):
        return "virtual.py"

    def get_data(self, path):
        print("get_data", path)
        if path == "virtual.py":
            return b"Q = 7\n"
        raise OSError("no " + path)


def with_steps(**steps):
    return type("Steps", (Virtual,), steps)()


def stats(**result):
    return lambda self, path: result


def raises(error):
    def step(self, *args):
        raise error

    return step


def main():
    def set_data(self, path, data):
        print("set_data", path, type(data).__name__, bytes(data[4:16]))

    def cache(self, source, path, data):
        print("_cache_bytecode", source, path, type(data).__name__)

    for steps in (
        {},
        {"path_stats": stats(mtime=5, size=6), "set_data": set_data},
        {"path_stats": stats(mtime=5), "set_data": set_data},
        {"path_stats": stats(), "set_data": set_data},
        {"path_stats": stats(mtime=5, size=6), "_cache_bytecode": cache},
        {"path_stats": raises(OSError("stats")), "set_data": set_data},
        {"path_stats": raises(ValueError("stats"))},
        {"path_stats": stats(mtime=5), "set_data": raises(NotImplementedError())},
        {"path_stats": stats(mtime=5), "set_data": raises(OSError("full"))},
        {"path_mtime": lambda self, path: 9, "set_data": set_data},
    ):
        print(sorted(steps))
        sys.dont_write_bytecode = False
        attempt("   ", lambda: with_steps(**steps).get_code("x").co_names)

with tempfile.TemporaryDirectory() as folder:
    folder = os.path.realpath(folder)
    sys.path.insert(0, folder)
    os.chdir(folder)
    main()
    os.chdir("/")
