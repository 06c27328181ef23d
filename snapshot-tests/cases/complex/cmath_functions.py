"""Every function of cmath on ordinary, large, tiny and special arguments."""
import cmath
import math

PARTS = [-math.inf, -2.5, -0.0, 0.0, 1.0, 1e-310, 1e308, math.inf, math.nan]
NAMES = "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh phase polar".split()


def shown(value):
    if isinstance(value, complex):
        return f"{shown(value.real)}{shown(value.imag)}j"
    if isinstance(value, tuple):
        return " ".join(map(shown, value))
    return f"{abs(value) if value != value else value:+.12g}"


for name in NAMES:
    function = getattr(cmath, name)
    for real in PARTS:
        row = []
        for imag in PARTS:
            try:
                row.append(shown(function(complex(real, imag))))
            except (ValueError, OverflowError) as error:
                row.append(str(error))
        print(name, f"{real:g}", "|", ", ".join(row))

for r in PARTS:
    row = []
    for phi in PARTS:
        try:
            row.append(shown(cmath.rect(r, phi)))
        except ValueError as error:
            row.append(str(error))
    print("rect", f"{r:g}", "|", ", ".join(row))

print(shown(cmath.log(2 + 1j, 10)), shown(cmath.log(8, 2)))
print(cmath.isclose(1, 1 + 1e-10j), cmath.isclose(1, 1.1), cmath.isclose(1, 1.1, abs_tol=0.2))
print(cmath.isfinite(1j), cmath.isinf(complex(1, math.inf)), cmath.isnan(complex(math.nan, 0)))
print(cmath.pi, cmath.e, cmath.tau, cmath.inf, cmath.infj, cmath.nan, cmath.nanj)
for wrong in ["cmath.sqrt('1')", "cmath.log(1, 1)", "cmath.log(0)", "cmath.rect(1j, 1)", "cmath.isclose(1, 1, rel_tol=-1)"]:
    try:
        print(eval(wrong))
    except Exception as error:
        print(wrong, type(error).__name__, error)
