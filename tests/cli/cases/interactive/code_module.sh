$PY -c '
import code
console = code.InteractiveConsole({"x": 5})
for line in ("x", "if x:", "  print(x)", "", "1/0", "a b", "def f(:", "(1,", "2)", "raise SystemExit(3)"):
    try: print(line, console.push(line))
    except SystemExit as e: print("exit", e)
'; echo $?
printf 'x\nif 1:\n    "block"\n\n1/0\n' | $PY -c 'import code; code.interact("banner", local={"x": 9}, exitmsg="bye")'; echo $?
$PY -c '
import codeop
for source in ("1", "if 1:", "if 1:\n  x\n", "(", "a b", "", "# c", "def f():\n  pass", "x = 1;", "\"\"\"", "try:\n 1\n"):
    try: r = codeop.compile_command(source)
    except SyntaxError as e: r = repr(e)
    print(repr(source), r if isinstance(r, str) else r is not None)
'; echo $?
