printf '1 + 1\n\n# only a comment\nx = (1,\n2)\nx\nNone\n_\n"text"\n' | $PY -q -i; echo $?
