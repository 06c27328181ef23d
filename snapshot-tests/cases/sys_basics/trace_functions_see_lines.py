import sys
def f(x):
    y = x + 1
    return y
def trace(frame, event, arg):
    if frame.f_code.co_name == "f":
        print(event, frame.f_lineno - frame.f_code.co_firstlineno, arg)
    return trace
sys.settrace(trace)
f(1)
sys.settrace(None)
