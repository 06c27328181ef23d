"""What a program can see of its end: finalisers, callbacks, files that nobody closed, streams put in the place of the standard ones."""

import subprocess
import sys
import tempfile
import textwrap


def run(title, program):
    with tempfile.NamedTemporaryFile("r") as file:
        program = f"PATH = {file.name!r}\n" + textwrap.dedent(program)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        print(title, [done.returncode, done.stdout, done.stderr, file.read()])


run("nothing to see", "import json\nprint(json.dumps([1]))")
run(
    "finalisers",
    """
    class A:
        def __init__(self, name):
            self.name = name
        def __del__(self):
            print("dies", self.name)
    alone = A("alone")
    cycle = A("cycle")
    cycle.me = cycle
    """,
)
run(
    "a finaliser that comes late",
    """
    class A:
        pass
    cycle = A()
    cycle.me = cycle
    A.__del__ = lambda self: print("dies")
    """,
)
run(
    "an object that changes its class",
    """
    class A:
        pass
    class B:
        def __del__(self):
            print("dies as B")
    cycle = A()
    cycle.me = cycle
    cycle.__class__ = B
    """,
)
run(
    "a callback",
    """
    import weakref
    class A:
        pass
    a = A()
    r = weakref.ref(a, lambda reference: print("gone"))
    """,
)
run(
    "a generator that waits",
    """
    def generate():
        try:
            yield
        finally:
            print("finally")
    waiting = generate()
    next(waiting)
    """,
)
run("a file", "file = open(PATH, 'w')\nfile.write('written')")
run(
    "a file in a cycle",
    """
    class A:
        pass
    a = A()
    a.me = a
    a.file = open(PATH, "w")
    a.file.write("written")
    """,
)
run(
    "another stdout",
    """
    import sys
    class Shout:
        def __init__(self, stream):
            self.stream = stream
        def write(self, text):
            self.stream.write(text.upper())
        def flush(self):
            pass
    sys.stdout = Shout(sys.stdout)
    print("hello")
    """,
)
run(
    "a wrapped stdout",
    """
    import io, sys
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, newline="\\r\\n")
    print("hello")
    """,
)
run("only __stdout__", "import sys\nsys.__stdout__.write('hello')\ndel sys.stdout, sys.__stdout__")
run("atexit", "import atexit\natexit.register(print, 'at exit')\nprint('before')")
run(
    "callbacks of the collector",
    """
    import gc
    gc.collect()
    gc.callbacks.append(lambda phase, info: print(phase, info["generation"]) if phase == "start" else None)
    """,
)
