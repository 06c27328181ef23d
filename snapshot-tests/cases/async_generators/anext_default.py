"""anext with and without default, driven by hand."""


async def numbers():
    yield 1
    yield 2


class Waiting:
    def __await__(self):
        got = yield "waiting"
        print("sent", got)
        return "done"


class Iterator:
    def __init__(self, stop):
        self.stop = stop

    def __aiter__(self):
        return self

    async def __anext__(self):
        value = await Waiting()
        if self.stop:
            raise StopAsyncIteration
        return value


def drive(awaitable):
    iterator = awaitable.__await__() if hasattr(awaitable, "__await__") else awaitable
    sent = None
    while True:
        try:
            print("yielded", iterator.send(sent))
        except StopIteration as stop:
            return stop.value
        except StopAsyncIteration:
            return "StopAsyncIteration"
        sent = "x"


generator = numbers()
print(drive(anext(generator)), drive(anext(generator, "d")), drive(anext(generator, "d")))
print(drive(anext(generator)))
print(drive(anext(Iterator(False), "d")), drive(anext(Iterator(True), "d")))
wrapped = anext(Iterator(False), "d")
print(type(wrapped).__name__, iter(wrapped) is wrapped)
print(wrapped.send(None))
try:
    wrapped.throw(ValueError("thrown"))
except ValueError as error:
    print(error)
wrapped = anext(Iterator(True), "d")
wrapped.close()
for call in (lambda: anext(), lambda: anext(1), lambda: anext(1, 2, 3), lambda: aiter(1), lambda: anext([], 1)):
    try:
        call()
    except TypeError as error:
        print(error)
