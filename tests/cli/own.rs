//! Options and variables of the command line that CPython does not have.

use std::process::Command;

/// What `code` prints with these arguments and this variable, if any.
fn print(arguments: &[&str], variable: Option<(&str, &str)>, code: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pyrs"));
    command.env_clear().envs(variable).args(arguments);
    let output = command.args(["-c", code]).output().expect("pyrs starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

const NAME: &str = "import sys; print(sys.implementation.name, sys.implementation.cache_tag)";

#[test]
fn implementation_name_is_ours_unless_another_is_claimed() {
    let claim = Some(("PYRS_IMPLEMENTATION", "cpython"));
    assert_eq!(print(&["-S"], None, NAME), "pyrs cpython-311");
    assert_eq!(
        print(&["-S", "-X", "implementation=cpython"], None, NAME),
        "cpython cpython-311"
    );
    assert_eq!(print(&["-S"], claim, NAME), "cpython cpython-311");
    assert_eq!(print(&["-S", "-E"], claim, NAME), "pyrs cpython-311");
    assert_eq!(
        print(&["-S", "-X", "implementation=other"], claim, NAME),
        "other cpython-311"
    );
}
