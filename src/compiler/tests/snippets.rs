//! Invalid sources drawn from CPython's own tests when this runs (`corpus/snippets.py`): type, text and all four positions of the error are
//! compared. Needs a CPython 3.11.7 with its `test` package; `PYRS_SNIPPETS=OF` sets that one of OF mutations is made (60 when it is not set).

use compiler::{CompileError, CompileOptions, Compiled, ErrorKind, compile, compile_str};
use std::path::Path;
use std::process::{Command, Stdio};

fn next<'a>(data: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (size, rest) = data.split_first_chunk::<4>()?;
    let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*size) as usize)?;
    *data = rest;
    Some(part)
}

fn answer(result: Result<Compiled, CompileError>) -> String {
    match result {
        Ok(_) => "compiles".to_owned(),
        Err(error) => {
            let name = match error.kind {
                ErrorKind::Syntax => "SyntaxError",
                ErrorKind::Indentation => "IndentationError",
                ErrorKind::Tab => "TabError",
                _ => "another error",
            };
            let positions = [
                error.lineno,
                error.offset,
                error.end_lineno,
                error.end_offset,
            ];
            let positions =
                positions.map(|place| place.map_or("None".to_owned(), |place| place.to_string()));
            format!("{name}\t{}\t{}", error.msg, positions.join("\t"))
        }
    }
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "how much was compared depends on the machine"
)]
fn invalid_snippets_fail_as_in_cpython() {
    let Some(python) = testkit::oracle::find() else {
        println!("no CPython 3.11: nothing compared");
        return;
    };
    let of = std::env::var("PYRS_SNIPPETS").unwrap_or("60".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/snippets.py");
    let mut command = Command::new(python);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
    command.args(["-I", "-S"]).arg(script).args(["0", &of]);
    let output = command.stdin(Stdio::null()).output();
    let output = output.expect("the oracle starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut data = output.stdout.as_slice();
    let (mut compared, mut wrong) = (0, Vec::new());
    let options = CompileOptions::named("<snippet>");
    while let (Some(source), Some(as_text), Some(as_bytes)) =
        (next(&mut data), next(&mut data), next(&mut data))
    {
        compared += 1;
        let text = std::str::from_utf8(source).expect("UTF-8");
        let pairs = [
            (as_text, compile_str(text, &options)),
            (as_bytes, compile(source, &options)),
        ];
        for (expected, result) in pairs {
            let (expected, found) = (String::from_utf8_lossy(expected), answer(result));
            if found != expected {
                wrong.push(format!(
                    "{text:?}\n  CPython: {expected}\n  here:    {found}"
                ));
                break;
            }
        }
    }
    if compared < 1_300 {
        println!("{compared} snippets: this CPython has no tests, or is not 3.11.7");
        return;
    }
    println!(
        "{} of {compared} snippets differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        wrong.len() * 1_000 < compared,
        "more than one in a thousand"
    );
}
