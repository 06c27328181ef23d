$PY -c '
import json, pickle, datetime, decimal, csv, io, re, zlib, base64, hashlib, struct, statistics, fractions, textwrap, pprint
data = {"b": [1, 2.5, None, True, "é\n\u2028"], "a": {"x": float("inf")}}
print(json.dumps(data), json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False), json.loads(json.dumps(data)) == data)
for text in ("[1,", "{\"a\" 1}", "nul", "[1] x", "\"\t\"", "\"\\x\"", "{1:2}"):
    try: json.loads(text)
    except json.JSONDecodeError as e: print(e)
try: json.dumps({1: {2: set()}})
except TypeError as e: print(e)
print(pickle.loads(pickle.dumps([data, 1 << 100, (1,), {3}, b"x", complex(1, 2), datetime.date(2024, 2, 29)])))
print(len(pickle.dumps(list(range(300)), 0)), pickle.dumps((1, "a"), 2))
d = datetime.datetime(2024, 2, 29, 12, 30, 15, 5, tzinfo=datetime.timezone.utc)
print(d, repr(d), d.isoformat(), d.strftime("%Y-%m-%d %H:%M:%S.%f %z %A %j"), d + datetime.timedelta(days=366, seconds=1), d.timestamp())
print(datetime.datetime.fromisoformat("2024-02-29T12:30:15Z"), datetime.date.fromisocalendar(2024, 9, 4), datetime.datetime.strptime("01 Feb 2003", "%d %b %Y"))
print(decimal.Decimal("1.10") + decimal.Decimal(2), decimal.Decimal(2).sqrt(), decimal.Decimal(10) / 3, round(decimal.Decimal("2.675"), 2), decimal.Decimal("1E+3").to_eng_string())
try: decimal.Decimal(1) / 0
except decimal.DivisionByZero as e: print(type(e))
out = io.StringIO(); w = csv.writer(out, quoting=csv.QUOTE_MINIMAL); w.writerow(["a", "b,c", "d\"e", 5]); print(repr(out.getvalue()), list(csv.reader(["a,\"b,c\",d"])), list(csv.DictReader(["x,y", "1,2"])))
print(re.sub(r"(?P<a>\w+) (\w+)", r"\2 \g<a>", "hello world"), re.findall(r"\b\w", "ab cd"), re.fullmatch("a+?", "aaa"))
print(zlib.decompress(zlib.compress(b"x" * 100)) == b"x" * 100, base64.b64encode(b"hello"), hashlib.sha256(b"x").hexdigest()[:16], struct.pack("<hI", 1, 2))
print(statistics.mean([1, 2, 3, 4]), statistics.stdev([1, 2, 3, 4]), statistics.median([3, 1, 2]), fractions.Fraction("1.25") + 1)
print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20)); pprint.pprint({"key %d" % i: list(range(i)) for i in range(12)}, width=40)
'; echo $?
