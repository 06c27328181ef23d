"""Makes marshal streams, most of them damaged, and prints what `marshal.loads` does with each: `HEX<tab>ok DUMP` or `HEX<tab>Type: text`.

DUMP is the value written again in version 2, which has no references; `?` when that is impossible. Code objects are left out: CPython trusts
them too much to be fed damaged ones.
"""
import marshal
import random
import re
import resource
import signal
import sys

resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))
signal.alarm(60)
loop = [1]
loop.append(loop)
table = {"a": 1}
table["self"] = table
held = ([],)
held[0].append(held)
shared = ("x", "yé")
values = [
    None, True, ..., StopIteration, 0, -1, 2**31, -(2**31), 2**62, -(2**63), 2**63, 10**40, -(10**40), 2**15, 2**30, 2**45 - 1, 1.5, -0.0, float("inf"),
    1e300, 2j, complex(-1.5, 3), "", "a", "abc", "é", "日本", "\U0001f600", "\ud800", "x" * 300, "é" * 300, b"", b"abc", b"\xff" * 300,
    (), (1,), (1, 2.5, "three"), tuple(range(300)), [], [1, [2, [3]]], {}, {"a": 1, 2: (3,)}, set(), {1}, frozenset(), frozenset({"a"}),
    [shared, shared, [shared]], loop, table, held, {(1, 2): {3: [4]}},
]
streams = [marshal.dumps(value, version) for value in values for version in range(5) if version > 2 or value not in (loop, table) and value is not held]
streams += [b"I" + bytes(range(8)), b"f\x041e99", b"f\x03nan", b"x\x011\x012", b"z\x02\xe9a", b"\xa9\x01r\0\0\0\0", b"\xbe\x01\0\0\0r\0\0\0\0"]
rng = random.Random(7)
for case in range(int(sys.argv[1])):
    stream = bytearray(rng.choice(streams))
    if case >= len(streams):
        for _ in range(rng.randrange(4)):
            kind, at = rng.randrange(6), rng.randrange(len(stream) + 1)
            if kind == 0:
                stream[at:at] = rng.choice(streams)
            elif kind == 1:
                stream[at:at] = bytes([rng.choice(b"0NFTS.iIfgxylstr([{u<>aA)zZ?") | rng.choice((0, 128))])
            elif kind == 2:
                del stream[at:]
            elif kind == 3:
                stream[at:at + 1] = bytes([rng.randrange(256)])
            elif kind == 4:
                del stream[at:at + 1]
            else:
                stream[at:at] = b"r" + rng.randrange(4).to_bytes(4, "little")
    else:
        stream = bytearray(streams[case])
    stream = bytes(stream)
    # Claimed sizes that CPython would allocate at once are left out too.
    if b"c" in stream or b"\xe3" in stream or re.search(rb"[([\xa8\xdb](?s:..)(?:[^\0].|.[^\0])", stream, re.S):
        continue
    try:
        value = marshal.loads(stream)
    except MemoryError:
        continue
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    else:
        # For loops CPython's writer takes time exponential in its depth limit.
        result = "ok ?" if "..." in repr(value) else "ok " + marshal.dumps(value, 2).hex()
    print(stream.hex(), result.encode("utf-8", "backslashreplace").hex())
