def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print((255).bit_length(), (-8).bit_count(), (5).to_bytes(2, "big"), (-2).to_bytes(2, "little", signed=True), int.from_bytes(b"\x01\x02", "big"), int.from_bytes(b"\xff", "big", signed=True), (3).conjugate(), (3).as_integer_ratio(), (5).real, (5).imag, (7).numerator, (7).denominator)
print(round(1234, -2), round(15, -1), round(25, -1), (5).__round__(), (5).__trunc__(), (5).__index__(), (1).to_bytes())
attempt(lambda: (256).to_bytes(1, "big"))
attempt(lambda: (-1).to_bytes(1, "big"))
attempt(lambda: (1).to_bytes(1, "middle"))
attempt(lambda: (1).to_bytes(-1, "big"))
attempt(lambda: int.from_bytes("a", "big"))
attempt(lambda: round(5, "a"))
