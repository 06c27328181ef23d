# `py_compile.compile` hands code from one step to the next: whoever looks in between sees a code object.
import importlib._bootstrap_external as external
import importlib.machinery
import marshal
import os
import py_compile
import sys
import tempfile
import types

folder = tempfile.TemporaryDirectory()
source = os.path.join(folder.name, "source.py")
cache = os.path.join(folder.name, "cache.pyc")


def write(text):
    with open(source, "w") as file:
        file.write(text)


def run():
    with open(cache, "rb") as file:
        data = file.read()
    namespace = {}
    code = marshal.loads(data[16:])
    exec(code, namespace)
    return data[:8].hex(), code.co_filename == source, namespace.get("value")


write("value = sum(n for n in range(5))\n")
print(py_compile.compile(source, cache) == cache, run())
for mode in py_compile.PycInvalidationMode:
    py_compile.compile(source, cache, invalidation_mode=mode, optimize=2)
    print(mode.name, run())

py_compile.compile(source, cache, dfile="elsewhere.py")
print(run()[1])

loader = importlib.machinery.SourceFileLoader("<py_compile>", source)
code = loader.source_to_code(b"value = 7", "seven.py")
print(type(code), code.co_filename, code.co_names)


def compile(loader):
    return loader.source_to_code(b"value = 8", "eight.py")


print(type(compile(loader)))

seen = []


def trace(frame, event, arg):
    if frame.f_code.co_name == "compile":
        code = frame.f_locals.get("code")
        if code is not None and type(code) not in seen:
            seen.append(type(code))
    return trace


sys.settrace(trace)
py_compile.compile(source, cache)
sys.settrace(None)
print(seen, run()[2])

original = external._code_to_timestamp_pyc


def patched(code, mtime=0, source_size=0):
    print("patched", type(code), code.co_names)
    return original(code, mtime, source_size)


external._code_to_timestamp_pyc = patched
py_compile.compile(source, cache)
external._code_to_timestamp_pyc = original
print(run()[2])

header = original(loader.source_to_code(b"pass", "p"), 1, 2)
print(type(header), bytes(header[:16]).hex())

write("value = (\n")
try:
    py_compile.compile(source, cache, doraise=True)
except py_compile.PyCompileError as error:
    print(error.exc_type_name, error.exc_value.msg, error.exc_value.lineno)
print(py_compile.compile(source, cache, quiet=2))

write("value = 1 is 1\n")
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    py_compile.compile(source, cache)
print([str(warning.message) for warning in caught], run()[2])
