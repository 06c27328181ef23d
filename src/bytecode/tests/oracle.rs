//! Comparison with CPython 3.11, when there is one: `PYRS_ORACLE`, or `python3.11` on the path. Without it these tests pass and say so.
//!
//! CPython's own Lib is compiled by CPython into a scratch directory; every pyc must be read and written again byte for byte, verified, and
//! its tables rebuilt; some are disassembled by both sides.

#![expect(clippy::print_stdout, reason = "tests report what they counted")]

use bytecode::exception_table;
use bytecode::locations::{self, LocationWriter};
use bytecode::marshal::{dumps_code, loads_code};
use bytecode::opcode::{ArgKind, Opcode};
use bytecode::stack_effect::stack_effect;
use bytecode::verify::Verifier;
use bytecode::{CodeObject, Constant, cache, dis, pyc};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// CPython 3.11 with a clean environment, if it is there.
fn oracle(arguments: &[&str]) -> Option<Command> {
    let python = std::env::var_os("PYRS_ORACLE").unwrap_or_else(|| "python3.11".into());
    let clean = || {
        let mut command = Command::new(&python);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                command.env_remove(name);
            }
        }
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    };
    let version = clean()
        .args([
            "-I",
            "-c",
            "import sys; print(sys.version_info[:2] == (3, 11))",
        ])
        .output();
    if !version.is_ok_and(|output| output.stdout == b"True\n") {
        println!("no CPython 3.11: nothing compared");
        return None;
    }
    let mut command = clean();
    command.args(arguments);
    Some(command)
}

fn script(name: &str) -> String {
    format!("{}/tests/oracle/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// CPython's Lib, compiled; kept from one run to the next.
fn compiled_lib() -> Option<Vec<PathBuf>> {
    static LIB: OnceLock<Option<Vec<PathBuf>>> = OnceLock::new();
    LIB.get_or_init(compile_lib).clone()
}

fn compile_lib() -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracle_lib");
    let done = root.join("done");
    if !done.exists() {
        let code = "import compileall, os, re, sys\n\
                    sys.dont_write_bytecode = False\n\
                    sys.pycache_prefix = sys.argv[1]\n\
                    compileall.compile_dir(os.path.dirname(os.__file__), quiet=2, workers=2, rx=re.compile('site-packages|bad_coding|badsyntax'))";
        let status = oracle(&["-c", code, root.to_str()?])?
            .env("PYTHONPYCACHEPREFIX", &root)
            .env_remove("PYTHONDONTWRITEBYTECODE")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("CPython runs");
        println!("compileall: {status}");
        std::fs::write(&done, "").expect("the scratch directory can be written");
    }
    let mut files = Vec::new();
    let mut pending = vec![root];
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "pyc") {
                files.push(path);
            }
        }
    }
    files.sort();
    Some(files)
}

/// Takes the location and exception tables apart and builds them again.
fn check_tables(code: &CodeObject) -> usize {
    let mut writer = LocationWriter::new(code.firstlineno, 0);
    for range in locations::location_ranges(&code.linetable, code.firstlineno) {
        writer.push(range.location, ((range.end - range.start) / 2) as usize);
    }
    assert_eq!(writer.finish(), **code.linetable);
    let units = code.code.len() / 2;
    assert_eq!(
        locations::positions(&code.linetable, code.firstlineno).count(),
        units
    );

    let all: Vec<_> = exception_table::entries(&code.exceptiontable).collect();
    let mut table = Vec::new();
    for entry in &all {
        exception_table::write_entry(&mut table, entry);
    }
    assert_eq!(table, **code.exceptiontable);
    for unit in 0..units as u32 {
        let expected = all
            .iter()
            .find(|entry| entry.start <= unit && unit < entry.end);
        assert_eq!(
            exception_table::find_handler(&table, unit).as_ref(),
            expected
        );
    }
    let Constant::Tuple(consts) = &code.consts else {
        panic!("co_consts is a tuple");
    };
    let inner = consts.iter().map(|constant| match constant {
        Constant::Code(code) => check_tables(code),
        _ => 0,
    });
    1 + inner.sum::<usize>()
}

#[test]
fn lib_is_read_and_written_byte_for_byte_and_verified() {
    let Some(files) = compiled_lib() else { return };
    let (mut same, mut code_objects) = (0, 0);
    let mut verifier = Verifier::new();
    let mut different = Vec::new();
    for path in &files {
        let bytes = std::fs::read(path).expect("a pyc");
        let header = pyc::Header::parse(&bytes).expect("a header");
        assert_eq!(header.to_bytes(), bytes[..pyc::HEADER_LEN]);
        let body = &bytes[pyc::HEADER_LEN..];
        let code = loads_code(body)
            .expect("marshal data")
            .expect("a code object");
        verifier
            .verify_tree(&code)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        code_objects += check_tables(&code);
        if dumps_code(&code).expect("constants") == body {
            same += 1;
        } else {
            different.push(path);
        }
    }
    println!(
        "{same} of {} pycs the same, {code_objects} code objects",
        files.len()
    );
    assert!(files.len() > 1500, "Lib was not compiled");
    assert!(different.is_empty(), "{different:#?}");
}

#[test]
fn disassembly_is_that_of_dis() {
    let Some(files) = compiled_lib() else { return };
    let sample: Vec<&PathBuf> = files.iter().step_by(17).collect();
    let Some(mut command) = oracle(&[&script("dis_sample.py")]) else {
        return;
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("CPython runs");
    let names: Vec<String> = sample
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(names.join("\n").as_bytes())
        .expect("a reader");
    drop(stdin);
    let mut texts = Vec::new();
    child
        .stdout
        .take()
        .expect("a pipe")
        .read_to_end(&mut texts)
        .expect("texts");
    child.wait().expect("CPython ends");
    let mut rest = texts.as_slice();
    for path in sample {
        let bytes = std::fs::read(path).expect("a pyc");
        let code = loads_code(&bytes[pyc::HEADER_LEN..])
            .expect("marshal data")
            .expect("code");
        for show_caches in [false, true] {
            let (len, tail) = rest.split_first_chunk().expect("a length");
            let (expected, tail) = tail.split_at(u64::from_le_bytes(*len) as usize);
            rest = tail;
            let options = dis::DisOptions {
                show_caches,
                ..Default::default()
            };
            let text = dis::dis(&code, options);
            let expected = String::from_utf8_lossy(expected);
            let difference = text
                .lines()
                .zip(expected.lines())
                .find(|(ours, theirs)| ours != theirs);
            assert_eq!(difference, None, "{}", path.display());
            assert_eq!(text.len(), expected.len(), "{}", path.display());
        }
    }
}

/// The lists of the `opcode` module that an opcode is in, by what its row says.
fn lists(opcode: Opcode) -> BTreeSet<&'static str> {
    let mut lists = BTreeSet::new();
    if opcode.has_arg() {
        lists.insert("arg");
    }
    match opcode.arg_kind() {
        ArgKind::None | ArgKind::Int => None,
        ArgKind::Const => Some("const"),
        ArgKind::Name | ArgKind::Global => Some("name"),
        ArgKind::Local => Some("local"),
        ArgKind::Free => Some("free"),
        ArgKind::Compare => Some("compare"),
        ArgKind::JumpForward | ArgKind::JumpBackward => Some("jrel"),
    }
    .map(|list| lists.insert(list));
    lists
}

#[test]
fn the_table_of_opcodes_is_that_of_opcode_and_dis() {
    let Some(mut command) = oracle(&["-I", &script("opcode_table.py")]) else {
        return;
    };
    let output = command.output().expect("CPython runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let mut args: Vec<Option<i32>> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut effects = 0;
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[0] {
            "op" => {
                let number: u8 = words[1].parse().expect("a number");
                let opcode = Opcode::from_u8(number).unwrap_or_else(|| panic!("{line}"));
                seen.insert(number);
                assert_eq!(opcode.name(), words[2], "{line}");
                assert_eq!(opcode.family().name(), words[3], "{line}");
                assert_eq!(opcode.cache_units().to_string(), words[4], "{line}");
                let expected: BTreeSet<&str> = words[5]
                    .split(',')
                    .filter(|word| !word.is_empty())
                    .collect();
                assert_eq!(lists(opcode), expected, "{line}");
                let fields: Vec<String> = cache::cache_fields(opcode)
                    .iter()
                    .map(|(name, size)| format!("{name}:{size}"))
                    .collect();
                assert_eq!(fields.join(" "), words[6..].join(" "), "{line}");
            }
            "args" => args = words[1..].iter().map(|word| word.parse().ok()).collect(),
            "effect" => {
                let mut parts = line.splitn(4, ' ').skip(1);
                let number: i32 = parts
                    .next()
                    .and_then(|word| word.parse().ok())
                    .expect("a number");
                let jump = match parts.next() {
                    Some("True") => Some(true),
                    Some("False") => Some(false),
                    _ => None,
                };
                let expected = parts.next().expect("effects").split('|');
                for (&arg, expected) in args.iter().zip(expected) {
                    let ours = match stack_effect(number, arg, jump) {
                        Ok(effect) => effect.to_string(),
                        Err(error) => error.to_string(),
                    };
                    assert_eq!(ours, expected, "opcode {number} arg {arg:?} jump {jump:?}");
                    effects += 1;
                }
            }
            _ => panic!("{line}"),
        }
    }
    let ours: BTreeSet<u8> = Opcode::ALL.iter().map(|&opcode| opcode as u8).collect();
    let missing: Vec<u8> = seen.difference(&ours).copied().collect();
    assert!(missing.is_empty());
    println!("{} opcodes, {effects} stack effects", seen.len());
}
