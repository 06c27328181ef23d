"""`_json`: scanning, escapes, errors, encoding."""
import _json
import json


def show(f, *args, **keywords):
    try:
        print(repr(f(*args, **keywords)))
    except BaseException as error:
        print(type(error).__name__, error)


show(json.dumps, [1.5, 2**80, True, None, "é\U0001F600\x7f\x01\"\\/", {"a": [], "b": {}}, {1: 2, 2.5: 3, None: 4, False: 5}])
show(json.dumps, "é\U0001F600\ud800", ensure_ascii=False)
show(json.dumps, [float("nan"), float("inf"), -float("inf")])
show(json.dumps, float("nan"), allow_nan=False)
show(json.dumps, {(1,): 1})
show(json.dumps, {(1,): 1, "a": 2}, skipkeys=True)
show(json.dumps, {"b": 1, "a": 2}, sort_keys=True, separators=(",", ":"))
show(json.dumps, {"b": 1, 2: 2}, sort_keys=True)
show(json.dumps, object)
show(json.dumps, {"a": {1}}, default=sorted)


class Number(float):
    def __repr__(self):
        return "F"


class Whole(int):
    def __repr__(self):
        return "I"


class Odd(dict):
    def items(self):
        return [1]


show(json.dumps, [Number(1), Whole(2), {Number(1): Whole(2)}])
show(json.dumps, Odd(a=1))
ring = []
ring.append(ring)
show(json.dumps, ring)
show(json.dumps, 1, default=lambda o: o)
show(json.dumps, object(), default=lambda o: o)
deep = []
for _ in range(100000):
    deep = [deep]
show(json.dumps, deep)
show(json.loads, "[" * 100000)
show(json.loads, '{"a":' * 100000)
show(json.loads, "[NaN, Infinity, -Infinity, 1e5, 1E+5, -0, -0.0, 1.5e-3, 123456789012345678901234567890]")
show(json.loads, '{"a": 1, "a": 2}', object_pairs_hook=list)
show(json.loads, '{"a": {"b": 1}}', object_hook=lambda d: sorted(d))
show(json.loads, "[1.5, 2, NaN]", parse_float=str, parse_int=repr, parse_constant=len)
show(json.loads, '"\\ud834\\udd20 \\ud834 \\ud834\\u0041 \\u00e9 \\n\\t\\/"')
show(json.loads, ' { "k" : [ true , false , null ] , "é" : "\U0001F600" } ')
keys = json.loads('[{"a_key": 1, "\\u00e9": 2}, {"a_key": 3, "\\u00e9": 4}]')
print(all(x is y for x, y in zip(*map(sorted, keys))))
for bad in ('"abc', '"a\x01"', '"\\x"', '"\\u12"', '"\\u12zz"', '"\\ud834\\uzzzz"', "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', "{a", "[1 2]",
            "nul", "-", "01", "1.", "1e", '"\\', "tru", "", " ", "[1]x", "[1,]", '["é\U0001F600" 1]'):
    show(json.loads, bad)
show(json.loads, '"a\x01"', strict=False)
scan = json.JSONDecoder().scan_once
show(scan, 1, 2)
show(scan)
show(scan, "1", -1)
show(scan, "1", 5)
show(scan, "1", idx=0)
show(scan, "1", 0, 2)
show(_json.make_encoder)
show(_json.make_encoder, 1, 2, 3, 4, "a", "b", 1, 1, 1)
show(_json.make_encoder, {}, None, None, None, 1, "b", 1, 1, 1)
show(_json.scanstring)
show(_json.scanstring, 1, 2)
show(_json.scanstring, "a", 9)
show(_json.scanstring, 'a"', 0, 1)
show(_json.encode_basestring, 1)
show(_json.encode_basestring_ascii, b"")
encoder = _json.make_encoder({}, None, lambda s: 1, None, ":", ",", 1, 0, 1)
show(encoder, "a", 0)
show(encoder, [1, 2], 0)
show(encoder, {1: 2}, 0)
print(len(encoder.markers), encoder.default, encoder.indent, encoder.key_separator, encoder.item_separator, encoder.sort_keys, encoder.skipkeys)
