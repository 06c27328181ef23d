//! `pyrs -m pyrs.dump`: every stage, the standard input, errors.

use crate::processes::{Folder, pyrs};

fn run(folder: &std::path::Path, args: &[&str]) -> (i32, String) {
    let output = pyrs(folder)
        .args(["-S", "-m", "pyrs.dump"])
        .args(args)
        .output()
        .expect("pyrs starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text + &errors)
}

#[test]
fn every_stage_is_shown() {
    let folder = Folder::new("dump");
    let path = &folder.0;
    std::fs::write(path.join("m.py"), "def f(a):\n    assert a\n").expect("a source");
    std::fs::write(path.join("bad.py"), "x = = 1\n").expect("a source");
    for (stage, line) in [
        ("tokens", "1:4-1:5 Name \"f\""),
        ("ast", "FunctionDef 1:0-2:12"),
        ("symtable", "Function f line 1"),
        ("cfg", "== f: codegen"),
        ("dis", "LOAD_ASSERTION_ERROR"),
    ] {
        let (code, text) = run(path, &[stage, "m.py"]);
        assert!(code == 0 && text.contains(line), "{stage}: {text}");
    }
    let (_, text) = run(path, &["-O", "1", "dis", "m.py"]);
    assert!(!text.contains("LOAD_ASSERTION_ERROR"), "{text}");
    let failed = (1, String::from("bad.py:1:5: SyntaxError: invalid syntax\n"));
    assert_eq!(run(path, &["ast", "bad.py"]), failed);
    assert_eq!(run(path, &["nothing", "m.py"]).0, 2);
    assert_eq!(run(path, &["ast", "none.py"]).0, 1);
}
