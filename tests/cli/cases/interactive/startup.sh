echo 'started = 1; print("startup file")' > start.py
printf 'started\n' | PYTHONSTARTUP=start.py $PY -q -i; echo $?
printf '1\n' | PYTHONSTARTUP=no_such_file.py $PY -q -i; echo $?
echo '1/0' > bad.py
printf '1\n' | PYTHONSTARTUP=bad.py $PY -q -i; echo $?
printf '1\n' | PYTHONSTARTUP=start.py $PY -q -i -E; echo $?
printf 'import sys; sys.flags.interactive, sys.flags.inspect, sys.flags.quiet\n' | $PY -q -i; echo $?
