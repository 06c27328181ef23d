$PY -c '
import sys
print("out 1"); print("err 1", file=sys.stderr); print("out 2"); sys.stdout.flush(); print("err 2", file=sys.stderr); print("out 3")
1/0' > both.txt 2>&1; echo $?; cat both.txt
$PY -u -c '
import sys
print("out 1"); print("err 1", file=sys.stderr); print("out 2", end=""); print("err 2", file=sys.stderr)
sys.stdout.write("a"); sys.stderr.write("b"); sys.stdout.write("c")' > both.txt 2>&1; echo $?; cat both.txt
$PY -c '
import sys, os
sys.stdout.write("text "); sys.stdout.buffer.write(b"bytes\n"); os.write(1, b"raw\n"); print("last")' > out.txt; cat out.txt
