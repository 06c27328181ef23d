$PY -c 'a b'; echo $?
$PY -c 'print "x"'; echo $?
$PY -c '  x'; echo $?
$PY -c "'abc"; echo $?
$PY -c "f'{'"; echo $?
printf 'if True:\n\tx\n        y\n' > tabs.py; $PY tabs.py; echo $?
printf 'def f():\n    x = (1,\n    y = 2\n' > paren.py; $PY paren.py; echo $?
printf 'print("早い", 1 +)\n' > wide.py; $PY wide.py; echo $?
printf 'x = "日本" + 5\n' > wide2.py; $PY wide2.py; echo $?
printf 'def f(値):\n    return 値["キー"]["x"] + 1\nf({"キー": 1})\n' > wide3.py; $PY wide3.py; echo $?
$PY -c 'class A
  pass'; echo $?
$PY -c 'return 1'; echo $?
$PY -c 'nonlocal x'; echo $?
$PY -c 'from __future__ import nonsense'; echo $?
$PY -c 'import a.b as c.d'; echo $?
$PY -c "$(printf 'x = %.0s(' $(seq 300))" 2>&1 | tail -n 1
$PY -c "$(printf '%.0s(' $(seq 150))$(printf '%.0s)' $(seq 150))" 2>&1 | tail -n 1
