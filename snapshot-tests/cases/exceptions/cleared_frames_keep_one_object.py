# A frame that ended belongs to its frame object; asking for its locals after clear() must not make a second owner.
import gc
import weakref


class Program:
    def inner(self, x=5, **kwargs):
        1 / 0

    def outer(self, **kwargs):
        try:
            self.inner(**kwargs)
        except ZeroDivisionError as e:
            exc = e
        return exc

    def cleared_then_read(self):
        class C:
            pass

        c = C()
        gone = weakref.ref(c)
        exc = self.outer(c=c)
        del c
        frames = []
        tb = exc.__traceback__
        while tb is not None:
            frames.append(tb.tb_frame)
            tb = tb.tb_next
        print([frame.f_code.co_name for frame in frames])
        for frame in frames:
            frame.clear()
            print(frame.f_locals, frame.f_locals is frame.f_locals)
        return gone


def run(name):
    bound = getattr(Program(), name)
    kept = [bound]
    gone = kept[0]()
    gc.collect()
    print(gone())


gc.set_threshold(1)
for _ in range(10):
    run("cleared_then_read")
