text = "the quick brown fox jumps over the lazy dog and runs away from the quick dog".split()


def run(n):
    counts = {}
    for i in range(n):
        for word in text:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]


print(run(40000))
