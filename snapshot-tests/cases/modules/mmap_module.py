import mmap
import os
import tempfile


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


m = mmap.mmap(-1, 20)
print(m, len(m), m[0], m[:4], list(m)[:2], 0 in m, b"\0" in m)
m[0:5] = b"hello"
m[5] = 10
m.seek(6)
print(m.write(b"world\nend"), m.tell(), m.find(b"o"), m.find(b"o", 0), m.rfind(b"o", 0), m.find(b"\0", 2, -1), m.find(b"x", 0))
m.seek(0)
print(m.readline(), m.readline(), m.read(2), m.read_byte(), m.read(), m.read(), m.tell())
m.seek(-3, 2)
m.seek(1, 1)
print(m.tell(), m.closed, mmap.PAGESIZE == mmap.ALLOCATIONGRANULARITY)
attempt(m.size)
m.move(10, 0, 5)
print(m[:])
m.seek(0)
m.write_byte(72)
m[::2] = bytes(10)
print(m[:], m[::-1][:3], m[-1], bytes(m)[:3])
for function in (
    lambda: m.find(1), lambda: m.read("a"), lambda: m.write_byte(300), lambda: m.write_byte(-1), lambda: m.write_byte("a"), lambda: m.write("a"),
    lambda: m.__delitem__(0), lambda: m.__delitem__(slice(0, 1)), lambda: m.__setitem__(0, "a"), lambda: m.__setitem__(0, b"a"),
    lambda: m.__setitem__(0, 999), lambda: m["a"], lambda: m[99], lambda: m.__setitem__(slice(0, 3), b"a"), lambda: mmap.mmap(-1, 0),
    lambda: mmap.mmap("a", 1), lambda: mmap.mmap(-1, -5), lambda: mmap.mmap(-1, 1, offset=-1), lambda: mmap.mmap(-1, 1, access=9),
    lambda: mmap.mmap(-1, 1, access=1, prot=3, flags=2), lambda: m.seek(-1), lambda: m.seek(1, 5), lambda: m.flush(3), lambda: m.flush(0, 99),
    lambda: m.move(9, 9, 99), lambda: m.resize(-1), lambda: m.madvise(0, 99), lambda: m.madvise(mmap.MADV_NORMAL), lambda: m.read(2**70),
    lambda: mmap.mmap(99, 10), lambda: m == m, lambda: hash(m) == hash(m), lambda: m.flush(),
):
    attempt(function)

view = memoryview(m)
print(view.readonly, view.nbytes, view.format)
view[0] = 7
attempt(m.close)
attempt(lambda: m.resize(5))
view.release()
print(m[0])
m.close()
print(m, m.closed)
attempt(lambda: m[0])
attempt(lambda: len(m))
attempt(m.read)
m.close()

with tempfile.TemporaryFile() as file:
    attempt(lambda: mmap.mmap(file.fileno(), 0))
    file.write(b"0123456789" * 1000)
    file.flush()
    with mmap.mmap(file.fileno(), 0) as m:
        m[0:3] = b"abc"
        print(len(m), m.size(), m[:5], m)
    print(os.pread(file.fileno(), 5, 0))
    with mmap.mmap(file.fileno(), 10, access=mmap.ACCESS_READ) as m:
        print(m, memoryview(m).readonly)
        attempt(lambda: m.__setitem__(0, 1))
        attempt(lambda: m.write(b"x"))
        attempt(lambda: m.resize(20))
        attempt(lambda: m.move(0, 1, 1))
    with mmap.mmap(file.fileno(), 10, access=mmap.ACCESS_COPY) as m:
        m[0] = 0
        print(m, m[:3], os.pread(file.fileno(), 3, 0))
    with mmap.mmap(file.fileno(), 0, offset=4096) as m:
        print(len(m), m.size(), m)
    attempt(lambda: mmap.mmap(file.fileno(), 99999))
    attempt(lambda: mmap.mmap(file.fileno(), 0, offset=4096 * 10))
    attempt(lambda: mmap.mmap(file.fileno(), 10, offset=1))
    with mmap.mmap(file.fileno(), 100) as m:
        m.resize(20000)
        print(len(m), os.fstat(file.fileno()).st_size, m[19999])
