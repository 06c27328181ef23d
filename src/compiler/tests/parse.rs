//! Trees, warnings and syntax errors of small sources, as CPython 3.11 has them (`tests/parse/`).

use compiler::CompileError;
use compiler::ErrorKind;
use compiler::ast_dump::dump;
use compiler::decode::Source;
use compiler::parse::{ParseMode, ParseOptions, Parsed, parse};

/// Undoes `\n`, `\t`, `\r`, `\\` and `\u{...}`.
fn unescape(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(index) = rest.find('\\') {
        result.push_str(&rest[..index]);
        let letter = rest.as_bytes()[index + 1];
        rest = &rest[index + 2..];
        match letter {
            b'n' => result.push('\n'),
            b't' => result.push('\t'),
            b'r' => result.push('\r'),
            b'u' => {
                let end = rest.find('}').expect("a closing brace");
                let code = u32::from_str_radix(&rest[1..end], 16).expect("hexadecimal");
                result.push(char::from_u32(code).expect("a character"));
                rest = &rest[end + 1..];
            }
            other => result.push(other as char),
        }
    }
    result.push_str(rest);
    result
}

fn parse_text(text: &str, mode: &str) -> Result<Parsed, CompileError> {
    let mode = match mode {
        "eval" => ParseMode::Eval,
        "single" => ParseMode::Single,
        _ => ParseMode::Exec,
    };
    let source = Source::from_str(text, "f")?;
    parse(&source, mode, &ParseOptions::default())
}

fn show(error: &CompileError) -> String {
    let kind = match error.kind {
        ErrorKind::Indentation => "Indentation",
        ErrorKind::Tab => "Tab",
        _ => "Syntax",
    };
    let number = |value: Option<i32>| value.map_or("None".to_owned(), |value| value.to_string());
    [
        kind.to_owned(),
        number(error.lineno),
        number(error.offset),
        number(error.end_lineno),
        number(error.end_offset),
        error.msg.clone(),
    ]
    .join("\t")
}

#[test]
fn syntax_errors_are_those_of_cpython() {
    let mut problems = Vec::new();
    for line in include_str!("parse/errors.tsv").lines().skip(1) {
        let (mode, rest) = line.split_once('\t').expect("a mode");
        let (source, expected) = rest.split_once('\t').expect("a source");
        let expected = unescape(expected);
        let found = match parse_text(&unescape(source), mode) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => show(&error),
        };
        if found != expected {
            problems.push(format!(
                "{mode} {source}\n  CPython: {expected}\n  here:    {found}"
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn trees_are_those_of_cpython() {
    let mut problems = Vec::new();
    for block in include_str!("parse/trees.txt").split("=== ").skip(1) {
        let (source, expected) = block.split_once('\n').expect("a source");
        let found = match parse_text(&unescape(source), "exec") {
            Ok(parsed) => {
                let mut text = dump(&parsed.module);
                for warning in parsed.warnings {
                    text.push_str(&format!(
                        "{:?}Warning {} {}\n",
                        warning.kind, warning.lineno, warning.msg
                    ));
                }
                text
            }
            Err(error) => show(&error),
        };
        if found != expected {
            problems.push(format!(
                "{source}\n--- CPython\n{expected}--- here\n{found}"
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Shapes that nest as deep as one likes: an error or a tree, never an overflow.
#[test]
fn depth_is_bounded() {
    let shapes: [fn(usize) -> String; 8] = [
        |n| "-".repeat(n) + "a",
        |n| "a".to_owned() + &"+a".repeat(n),
        |n| "a".to_owned() + &".a".repeat(n),
        |n| "lambda:".repeat(n) + "a",
        |n| "a".to_owned() + &"**a".repeat(n),
        |n| "if a: b\n".to_owned() + &"elif a: b\n".repeat(n),
        |n| "f(".repeat(n) + &")".repeat(n),
        |n| "f\"{".to_owned() + &"-".repeat(n) + "a}\"",
    ];
    for shape in shapes {
        for depth in [90, 5_000, 50_000] {
            let _ = parse_text(&shape(depth), "exec");
        }
    }
}
