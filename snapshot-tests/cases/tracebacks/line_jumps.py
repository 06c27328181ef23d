"""A trace function moves a frame by setting f_lineno."""
import sys


class Jumper:
    def __init__(self, function, start, target):
        self.code = function.__code__
        self.first = self.code.co_firstlineno
        self.start, self.target = start, target
        self.jumped = False

    def __call__(self, frame, event, arg):
        if frame.f_code is not self.code:
            return None
        if event == "line" and not self.jumped and frame.f_lineno == self.first + self.start:
            self.jumped = True
            try:
                frame.f_lineno = self.first + self.target
            except ValueError as error:
                print("refused:", error)
        return self


def run(function, start, target):
    out = []
    sys.settrace(Jumper(function, start, target))
    try:
        function(out)
    except Exception as error:
        out.append(type(error).__name__)
    finally:
        sys.settrace(None)
    print(function.__name__, start, target, out)


def plain(out):
    out.append(1)
    out.append(2)
    out.append(3)


def loop(out):
    for i in range(2):
        out.append(i)
    out.append("end")
    return out


def handler(out):
    try:
        1 / 0
    except ZeroDivisionError:
        out.append("except")
        out.append(sys.exc_info()[0])
    out.append(sys.exc_info()[0])


def manager(out):
    with open("/dev/null") as file:
        out.append("in")
    out.append("out")


run(plain, 1, 3)
run(plain, 3, 99)
run(plain, 2, -5)
run(loop, 2, 3)
run(loop, 3, 2)
run(loop, 3, 1)
run(handler, 4, 6)
run(handler, 2, 4)
run(manager, 2, 3)
run(manager, 3, 2)


def is_none(out):
    x = None
    if x is None:
        out.append("none")
    out.append("after")


run(is_none, 2, 4)
run(is_none, 4, 3)


def called(frame, event, arg):
    if event == "call":
        try:
            frame.f_lineno = frame.f_lineno + 1
        except ValueError as error:
            print("call:", error)
    if event == "return":
        try:
            frame.f_lineno = frame.f_lineno
        except ValueError as error:
            print("return:", error)
    return called


sys.settrace(called)
plain([])
sys.settrace(None)
frame = sys._getframe()
for value in (1.5, frame.f_lineno):
    try:
        frame.f_lineno = value
    except ValueError as error:
        print(error)
try:
    del frame.f_lineno
except AttributeError as error:
    print(error)
