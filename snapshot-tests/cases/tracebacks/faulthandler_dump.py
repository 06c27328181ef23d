import faulthandler
import sys


def inner():
    faulthandler.dump_traceback(sys.stdout, all_threads=False)


def outer():
    inner()


print('first')
outer()
print(faulthandler.is_enabled(), faulthandler.enable(), faulthandler.is_enabled(), faulthandler.disable(), faulthandler.disable())
print(faulthandler.cancel_dump_traceback_later(), faulthandler.unregister(10))
for file in ('x', -1, 1.5):
    try:
        faulthandler.dump_traceback(file)
    except Exception as error:
        print(type(error).__name__, error)
sys.stderr = None
try:
    faulthandler.enable()
except RuntimeError as error:
    print(error)
