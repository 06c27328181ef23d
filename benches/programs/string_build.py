def run(n):
    text = ""
    for i in range(n):
        text += chr(97 + i % 26)
    reverse = text[::-1]
    vowels = sum(1 for c in text if c in "aeiou")
    return len(text), reverse[:5], vowels, text.startswith("abc"), text.islower()


print(run(500000))
