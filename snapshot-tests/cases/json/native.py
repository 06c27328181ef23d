import json
import _json
from json import decoder, encoder, scanner

print(scanner.c_make_scanner, encoder.c_make_encoder, decoder.c_scanstring)


def attempt(function, *args, **keywords):
    try:
        print(ascii(function(*args, **keywords)))
    except Exception as error:
        print(type(error).__name__, ascii(str(error)))


for text in ['"abc"', '"a\\n\\u00e9\\ud83d\\ude00\\ud800x"', '"\\u12"', '"\\ud800\\u12"', '"\\x"', '"abc', '"a\x01b"', '"\u0100\\t\U0001f600"', '"',
             '"\\', '"\\u0041"', '"\\u004"x', '']:
    attempt(_json.scanstring, text, 1)
    attempt(decoder.py_scanstring, text, 1)
attempt(_json.scanstring, '"a\x01b"', 1, False)
attempt(_json.scanstring, 'abc', 5)
attempt(_json.scanstring, 'abc', -1)
attempt(_json.scanstring, b'abc', 1)
for text in ['null', 'true', 'false', 'NaN', '-Infinity', 'Infinity', '0', '-0', '-0.0', '12', '1.5', '1e5', '1e', '1.', '-', '01', '1E+2', '1e400',
             '123456789012345678901234567890', '[]', '[ ]', '[1, 2 , [3]]', '[1,]', '[1', '[', '[1 2]', '{}', '{ }', '{"a": 1, "b" : {"a": [null]}}',
             '{"a" 1}', '{"a":}', '{"a":1,}', '{1: 2}', '{"a": 1', '{', '{"a": 1 "b": 2}', 'nul', 'x', '"\u20ac"', '["\U0001f600", {"\u20ac": "\xe9"}]',
             ' 1 ', '1 2', '\ufeff1', '{"a": 1, "a": 2}', '[tru]', '-x', '\u0661']:
    attempt(json.loads, text)
attempt(json.loads, '{"b": 1, "a": [1.5, 2]}', object_pairs_hook=list, parse_float=str, parse_int=lambda text: text + '!')
attempt(json.loads, '{"b": {"c": NaN}}', object_hook=lambda d: sorted(d), parse_constant=repr)
attempt(json.loads, '[' * 100000)
attempt(json.loads, '{"a":' * 100000)
scan = json.JSONDecoder().scan_once
attempt(scan, '[1]', 0)
attempt(scan, '[1]', 3)
attempt(scan, '[1]', -1)
attempt(scan, 1, 0)


class Int(int):
    def __repr__(self):
        return 'Int'


class Float(float):
    def __repr__(self):
        return 'Float'


class Str(str):
    pass


class Dict(dict):
    def items(self):
        return [('own', 1)]


loop = []
loop.append(loop)
ring = {}
ring['ring'] = ring
deep = []
for _ in range(100000):
    deep = [deep]
for value in [None, True, False, 0, -5, 10**30, 1.5, 1e100, float('inf'), float('nan'), -0.0, 'a"\\\n\x7f\x00\xe9\u20ac\U0001f600\ud800', [], (), {}, [1, [2, (3,)]],
              {'a': 1, 2: 'b', None: 3, True: 4, 1.5: 5}, Int(3), Float(2.5), Str('s'), {Int(3): 1, Float(2.5): 2, Str('s'): 3}, Dict(a=2), {(1,): 2}, object, {1, 2},
              loop, ring, deep, b'x']:
    attempt(json.dumps, value)
attempt(json.dumps, {'b': 1, 'a': [{'d': 1, 'c': 2}]}, sort_keys=True, separators=(',', ':'))
attempt(json.dumps, {(1,): 2, 'a': 3}, skipkeys=True)
attempt(json.dumps, {1: 2, 'a': 3}, sort_keys=True)
attempt(json.dumps, float('nan'), allow_nan=False)
attempt(json.dumps, 'é€\x7f"\U0001f600', ensure_ascii=False)
attempt(json.dumps, [{1}, 1j], default=lambda o: sorted(o) if isinstance(o, set) else str(o))
attempt(json.dumps, [object()], default=lambda o: o)
attempt(json.dumps, [loop], check_circular=False)
attempt(json.dumps, {'a': [1, {'b': 2}]}, indent=1)
make = encoder.c_make_encoder(None, lambda obj: str(obj), lambda text: '<' + text + '>', None, ':', ', ', False, False, True)
print(make([1, 'x', {'k': object}], 0), make.key_separator, make.item_separator, make.markers, make.sort_keys, make.skipkeys, make.indent)
attempt(encoder.c_make_encoder, 1, 2, 3, 4, ':', ',', False, False, False)
make = encoder.c_make_encoder(None, None, lambda text: None, None, ':', ', ', False, False, True)
attempt(make, 'x', 0)
attempt(_json.encode_basestring, 'a"\u20ac')
attempt(_json.encode_basestring_ascii, 'a"\u20ac\x7f\U0001f600')
attempt(_json.encode_basestring_ascii, 1)
