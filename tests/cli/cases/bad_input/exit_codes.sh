for code in 0 1 3 256 -1 None True '"text"' '(1, 2)' '2.5' '10**30' '' ; do $PY -c "import sys; sys.exit($code)"; echo "$code: $?"; done
$PY -c 'raise SystemExit'; echo $?
$PY -c 'exit(5)'; echo $?
$PY -c 'quit()'; echo $?
$PY -c 'import os; os._exit(9)'; echo $?
$PY -c 'import atexit; atexit.register(print, "at exit"); atexit.register(lambda: 1/0); raise SystemExit(4)'; echo $?
$PY -c 'import sys; sys.exit(sys.exit)' 2>/dev/null; echo $?
$PY -c 'raise KeyboardInterrupt'; echo $?
# The handler is set by hand: what runs the tests may ignore the signal.
$PY -c 'import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler); os.kill(os.getpid(), signal.SIGINT); 1' ; echo $?
$PY -c 'import os; os.abort()' 2>/dev/null; echo $?
$PY -c 'import sys; sys.excepthook = lambda *a: print("hook", a[0].__name__); 1/0'; echo $?
$PY -c 'import sys; sys.excepthook = lambda *a: 1/0; [][0]'; echo $?
$PY -c 'import sys; sys.excepthook = None; 1/0'; echo $?
$PY -c 'import sys; del sys.excepthook; 1/0'; echo $?
$PY -c 'import sys; sys.stderr = None; 1/0'; echo $?
$PY -c 'import sys; del sys.stdout; print(1)'; echo $?
$PY -c 'import sys; sys.stdout = 5; print(1)'; echo $?
