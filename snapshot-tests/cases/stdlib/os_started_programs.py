"""What is checked before a program is started in the place of this one; environments; counters of events."""
import os

NOWHERE = "/nonexistent/program"


def attempt(function, *arguments):
    try:
        print(function.__name__, arguments[1:], "gives", function(*arguments))
    except Exception as error:
        print(function.__name__, arguments[1:], type(error).__name__, error)


for env in [{"A=B": "x"}, {"": "x"}, {"=A": "x"}, {"A\0": "x"}, {"A": "x\0"}, {b"A": b"x"}, {1: "x"}, {"A": 1}, [], None, 5]:
    attempt(os.execve, NOWHERE, ["a"], env)
for argv in [[], [""], (), "ab", {"a"}, [1], ["a\0"], ("a", b"b")]:
    attempt(os.execve, NOWHERE, argv, {})
    attempt(os.execv, NOWHERE, argv)
    attempt(os.posix_spawn, NOWHERE, argv, {})
for env in [{"A=B": "1"}, {"": "1"}, 3, None]:
    attempt(os.posix_spawnp, NOWHERE, ["a"], env)
attempt(os.execve, 999, ["a"], {})


class Odd:
    """A mapping whose items go on for ever when it is iterated over."""

    def __init__(self, values):
        self.found = values

    def keys(self):
        return ("a",)

    def values(self):
        return self.found

    def __len__(self):
        return 1

    def __getitem__(self, key):
        return "z"

    def __repr__(self):
        return "Odd"


attempt(os.execve, NOWHERE, ["a"], Odd(("b",)))
attempt(os.execve, NOWHERE, ["a"], Odd(()))

for value in [-1, 2**32, "a"]:
    attempt(os.eventfd, value)
counter = os.eventfd(3, os.EFD_NONBLOCK)
attempt(os.eventfd_read, counter)
attempt(os.eventfd_read, counter)
attempt(os.eventfd_write, counter, 7)
attempt(os.eventfd_read, counter)
for value in [-1, 2**64, 2**64 - 1, "a"]:
    attempt(os.eventfd_write, counter, value)
os.close(counter)
attempt(os.eventfd_read, "a")
