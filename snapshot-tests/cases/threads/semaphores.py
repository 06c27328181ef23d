import _multiprocessing
import os
from _multiprocessing import SemLock, sem_unlink

print(_multiprocessing.flags, SemLock.SEM_VALUE_MAX)
name = f'/snapshot-{os.getpid()}'
lock = SemLock(0, 1, 1, name, True)
print(lock.kind, lock.maxvalue, lock.name, type(lock.handle))
print(lock.acquire(), lock.acquire(), lock._count(), lock._is_mine(), lock._get_value(), lock._is_zero())
print(lock.release(), lock.release(), lock._count(), lock._is_mine(), lock._get_value())
semaphore = SemLock(1, 2, 2, name, False)
print(semaphore.name == name)
again = SemLock._rebuild(semaphore.handle, 1, 2, name)
print(semaphore.acquire(), again.acquire(False), again.acquire(False), semaphore.acquire(True, 0.01), semaphore.acquire(timeout=-1))
print(semaphore._get_value(), semaphore._count(), again._count())
semaphore.release()
with again as got:
    print(got, again._get_value())
again._after_fork()
print(again._count())


def attempt(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        print(type(error).__name__, error)


attempt(lock.release)
for _ in range(3):
    attempt(semaphore.release)
attempt(SemLock, 2, 1, 1, name, True)
attempt(SemLock, 1, 1, 1, name, True)
attempt(sem_unlink, name)
attempt(sem_unlink, name)
attempt(SemLock._rebuild, 0, 1, 2, name)
