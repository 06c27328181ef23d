"""What imports say that cannot be done, and what they leave in `sys.modules`."""

import importlib
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
    for name, text in {
        "circ1.py": "import circ2\nX = 1\n",
        "circ2.py": "from circ1 import X\n",
        "pk/__init__.py": "",
        "pk/above.py": "from .. import x\n",
        "pk/below.py": "from .nope import x\n",
        "pk/name.py": "from . import nope\n",
        "plain.py": "X = 1\n",
        "boom.py": "1 / 0\n",
        "nested.py": "import boom\n",
        "cookie.py": b"# coding: nope\nx = 1\n",
        "bytes.py": b'x = "\xff"\n',
        "nsp/x.py": "",
        "gone.py": "import sys\ndel sys.modules[__name__]\n",
        "other.py": "import sys\nsys.modules[__name__] = 42\n",
        "allbad.py": "__all__ = ['a', 'zz']\na = 1\n",
        "allint.py": "__all__ = [1]\n",
        "allnot.py": "__all__ = 3\n",
        "allset.py": "__all__ = {'a'}\na = 1\n",
    }.items():
        write(name, text)
    for statement in """import circ1
import pk.above
import pk.below
import pk.name
import plain.x
import plain.x.y
from plain import Y
import boom
import nested
import cookie
import bytes
import nope.a
import pk.nope.x
from pk import nope
from nsp import nope
import nsp.nope
import gone
import other
from other import nope
from allbad import *
from allint import *
from allnot import *
from allset import *
import sys.nope
import os.path.nope
import __main__.x
from . import a
from .x import a
from .. import a""".split("\n"):
        before = set(sys.modules)
        attempt(statement, exec, statement, {"__name__": "__main__"})
        print("   ", sorted(name for name in set(sys.modules) - before if not name.startswith("encodings")))

with tempfile.TemporaryDirectory() as folder:
    folder = os.path.realpath(folder)
    sys.path.insert(0, folder)
    os.chdir(folder)
    main()
    os.chdir("/")
