import random

random.seed(3)
numbers = [random.randrange(1000000) for _ in range(60000)]
floats = [n / 7 for n in numbers]
words = [str(n) for n in numbers]
pairs = [(n % 100, w) for n, w in zip(numbers, words)]
print(sorted(numbers)[:3], sorted(floats)[-1], sorted(words)[:3])
print(sorted(pairs)[0], sorted(pairs, key=lambda pair: (-pair[0], pair[1]))[0])
print(sorted(words, key=len, reverse=True)[0], sorted(numbers, key=str)[5])
