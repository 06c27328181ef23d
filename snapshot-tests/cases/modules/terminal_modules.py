import array
import fcntl
import os
import struct
import tempfile
import termios
import tty


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


ours, theirs = os.openpty()
mode = termios.tcgetattr(theirs)
print(mode[:6], mode[6][:6], len(mode))
mode[3] &= ~termios.ICANON
mode[6][termios.VMIN] = 3
termios.tcsetattr(theirs, termios.TCSANOW, mode)
print(termios.tcgetattr(theirs)[6][:8])
tty.setraw(theirs)
print(termios.tcgetattr(theirs)[:4])
termios.tcsetwinsize(theirs, (30, 100))
print(termios.tcgetwinsize(theirs), os.get_terminal_size(theirs))
termios.tcflush(theirs, termios.TCIFLUSH)
termios.tcdrain(theirs)
termios.tcflow(theirs, termios.TCOON)

buffer = bytearray(8)
numbers = array.array("H", [0] * 4)
print(fcntl.ioctl(theirs, termios.TIOCGWINSZ, bytes(8)) == struct.pack("HHHH", 30, 100, 0, 0))
print(fcntl.ioctl(theirs, termios.TIOCGWINSZ, buffer), struct.unpack("HHHH", buffer))
print(fcntl.ioctl(theirs, termios.TIOCGWINSZ, numbers, True), numbers)
print(fcntl.ioctl(theirs, termios.TIOCGWINSZ, buffer, False) == bytes(buffer))
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 5, 6, 0, 0))
print(termios.tcgetwinsize(ours))

reading, writing = os.pipe()
for function in (
    lambda: termios.tcgetattr(reading), lambda: termios.tcgetattr(-1), lambda: termios.tcgetattr("x"), lambda: termios.tcsetattr(theirs, 0, [1]),
    lambda: termios.tcsetattr(theirs, 0, mode[:6] + [[]]), lambda: termios.tcsetattr(theirs, 0, mode[:6] + [["a"] * 32]),
    lambda: termios.tcsetattr(theirs, 0, ["x"] + mode[1:]), lambda: termios.tcsetattr(theirs, 77, mode), lambda: termios.tcsetattr(theirs, 0, tuple(mode)),
    lambda: termios.tcsetwinsize(theirs, (1,)), lambda: termios.tcsetwinsize(theirs, 5), lambda: termios.tcsetwinsize(theirs, (70000, 1)),
    lambda: termios.tcsetwinsize(theirs, ("a", 1)), lambda: termios.tcflush(theirs, 99), lambda: termios.error.__mro__[1:],
    lambda: fcntl.ioctl(theirs, termios.TIOCGWINSZ, bytes(2000)), lambda: fcntl.ioctl(theirs, 77777, 0), lambda: fcntl.ioctl(theirs, 1, None),
    lambda: fcntl.fcntl(reading, fcntl.F_GETFD), lambda: fcntl.fcntl(reading, fcntl.F_SETFD, 0), lambda: fcntl.fcntl(reading, fcntl.F_GETFD),
    lambda: fcntl.fcntl(-1, 1), lambda: fcntl.fcntl(reading, 12345), lambda: fcntl.fcntl(reading, fcntl.F_GETFL, "x"),
):
    attempt(function)

with tempfile.TemporaryFile() as file:
    for function in (
        lambda: fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB), lambda: fcntl.lockf(file, fcntl.LOCK_UN, 10, 5, 0), lambda: fcntl.lockf(file, 64),
        lambda: fcntl.flock(file, fcntl.LOCK_SH), lambda: fcntl.flock(file, fcntl.LOCK_UN), lambda: fcntl.lockf(file, fcntl.LOCK_UN, 1, -5, 0),
    ):
        attempt(function)
