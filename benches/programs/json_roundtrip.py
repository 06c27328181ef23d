import json

record = {
    "id": 7,
    "name": "a \"quoted\" name\n",
    "tags": ["x", "y", "\u00e9\u4e2d"],
    "size": 12.5,
    "nested": {"ok": True, "none": None, "deep": [[1, 2], [3, [4, -5e10]]]},
}
document = [dict(record, id=n) for n in range(60)]
total = 0
for _ in range(240):
    text = json.dumps(document)
    total += len(text)
    again = json.loads(text)
    total += again[-1]["id"]
print(total, again == document)
