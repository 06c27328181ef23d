$PY -c '
import sys
for source in ("(" * 1000, "[" * 100000, "-" * 100000 + "1", "not " * 100000 + "1", "a." * 100000 + "a", "a" + "[0]" * 100000, "a" + "()" * 100000, "1" + "+1" * 100000,
               "lambda: " * 100000 + "1", "x" + "=x" * 5000, "if a:\n" , "f(" * 500, "{" * 199 + "}" * 199):
    try:
        compile(source, "<deep>", "exec")
        print("compiled", source[:5])
    except (SyntaxError, RecursionError, MemoryError) as e:
        print(type(e).__name__, e)
'; echo $?
