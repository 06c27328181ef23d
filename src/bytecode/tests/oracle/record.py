"""Writes the recorded cases: for each `recorded/NAME.py` the body of its pyc and its disassembly.

Run from this directory's parent with CPython 3.11 and no `PYTHON*` variables: `python3.11 oracle/record.py`.
"""
import io
import marshal
import pathlib
import py_compile
import tempfile

import dis_sample

for path in sorted(pathlib.Path("recorded").glob("*.py")):
    with tempfile.TemporaryDirectory() as scratch:
        pyc = py_compile.compile(str(path), cfile=f"{scratch}/a.pyc", dfile=path.name, doraise=True)
        body = pathlib.Path(pyc).read_bytes()[16:]
    path.with_suffix(".marshal").write_bytes(body)
    out = io.StringIO()
    dis_sample.recursive(marshal.loads(body), out, True)
    path.with_suffix(".dis").write_text(out.getvalue())
