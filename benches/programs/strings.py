def run(n):
    parts = []
    for i in range(n):
        parts.append("%d:%s" % (i, "x" * (i % 5)))
    text = ",".join(parts)
    words = text.split(",")
    upper = [word.upper().replace("X", "y").strip("0") for word in words]
    joined = "".join(upper)
    return len(text), joined.count("y"), text.find("99999:"), joined[-20:]


print(run(150000))
