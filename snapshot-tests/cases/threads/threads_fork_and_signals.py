"""Threads share an interpreter, wait for locks, have data of their own; the main thread handles signals; fork takes one thread along."""
import os
import signal
import threading
import time

results = []


def add(n):
    results.append(sum(range(n)))


threads = [threading.Thread(target=add, args=(20000,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)

local = threading.local()
local.x = 1


def look():
    print(hasattr(local, "x"))
    local.x = 2
    print(local.__dict__)


thread = threading.Thread(target=look)
thread.start()
thread.join()
print(local.x)

lock = threading.Lock()
lock.acquire()
print(lock.acquire(timeout=0.01))
threading.Timer(0.02, lock.release).start()
print(lock.acquire())

hits = []
signal.signal(signal.SIGALRM, lambda signum, frame: hits.append(signum))
signal.setitimer(signal.ITIMER_REAL, 0.02)
print(lock.acquire(timeout=0.1), hits)


def generate():
    yield from range(3)


generator = generate()
next(generator)
thread = threading.Thread(target=lambda: print(next(generator)))
thread.start()
thread.join()
print(next(generator))

read, write = os.pipe()
child = os.fork()
if child == 0:
    os.write(write, str(threading.active_count()).encode())
    os._exit(3)
print(os.waitpid(child, 0)[1], os.read(read, 10))


def late():
    time.sleep(0.05)
    print("after the main thread's end")


threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
threading.Thread(target=late).start()
