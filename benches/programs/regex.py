import re

text = " ".join(f"user{n}@example{n % 7}.com, 2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}; key_{n}={n * n}" for n in range(1500))
mail = re.compile(r"[\w.]+@[\w]+\.com")
date = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
pair = re.compile(r"\b(?P<key>[a-z]+_\d+)=(?P<value>\d+)\b")
total = 0
for _ in range(16):
    total += len(mail.findall(text))
    total += sum(int(match.group(2)) for match in date.finditer(text))
    total += len(pair.sub(lambda match: match["value"], text))
    total += len(re.split(r"[;,]\s*", text))
print(total)
