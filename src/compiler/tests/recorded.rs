//! Sources compiled by CPython 3.11 beforehand: the same marshal stream, warnings and errors are expected of pyrs.
//!
//! `recorded/record.py` says what the files hold and writes them anew.

use compiler::parse::ParseMode;
use compiler::{CompileOptions, compile};
use std::path::Path;

fn fnv(data: &[u8]) -> u64 {
    data.iter().fold(0xcbf2_9ce4_8422_2325, |value, byte| {
        (value ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn result(head: &str, source: &str) -> String {
    let words: Vec<&str> = head.split_whitespace().collect();
    let [mode, optimize, flags] = words[..] else {
        panic!("bad head of a case: {head}");
    };
    let options = CompileOptions {
        mode: match mode {
            "eval" => ParseMode::Eval,
            "single" => ParseMode::Single,
            _ => ParseMode::Exec,
        },
        optimize: optimize.parse().expect("a level"),
        flags: u32::from_str_radix(flags.trim_start_matches("0x"), 16).expect("flags"),
        ..CompileOptions::named("<case>")
    };
    match compile(source.as_bytes(), &options) {
        Ok(compiled) => {
            let stream = bytecode::marshal::dumps_code(&compiled.code).expect("marshals");
            let warnings: Vec<String> = compiled
                .warnings
                .iter()
                .map(|warning| format!("{} {}", warning.lineno, warning.msg))
                .collect();
            format!(
                "C\t{}\t{:016x}\t{}",
                stream.len(),
                fnv(&stream),
                warnings.join("; ")
            )
        }
        Err(error) => {
            let fields = [
                error.lineno,
                error.offset,
                error.end_lineno,
                error.end_offset,
            ];
            let fields =
                fields.map(|field| field.map_or("None".to_owned(), |field| field.to_string()));
            format!("E\t{}\t{}", fields.join("\t"), error.msg)
        }
    }
}

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let read = |suffix: &str| {
        std::fs::read_to_string(folder.join(format!("{name}.{suffix}"))).expect("a recorded file")
    };
    let (cases, expected) = (read("cases"), read("expected"));
    let cases: Vec<&str> = cases.split("=== ").skip(1).collect();
    let expected: Vec<&str> = expected.lines().collect();
    assert_eq!(cases.len(), expected.len());
    let mut failures = Vec::new();
    for (case, expected) in cases.iter().zip(expected) {
        let (head, source) = case.split_once('\n').expect("a head line");
        let got = result(head, source);
        if got != expected {
            failures.push(format!("{case}expected {expected}\n     got {got}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn features() {
    check("features");
}

#[test]
fn generated() {
    check("generated");
}

#[test]
fn errors() {
    check("errors");
}
