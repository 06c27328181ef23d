printf 'from __future__ import annotations\ndef f(x: no_such_name): pass\n\nf.__annotations__\n' | $PY -q -i; echo $?
