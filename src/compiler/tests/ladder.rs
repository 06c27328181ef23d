//! Nesting on a small stack: what CPython says of it where that is recorded (`ladder/record.py`), and never an overflow.

use compiler::{CompileError, CompileOptions, ErrorKind, compile};
use std::path::Path;

const STACK: usize = 256 * 1024;

/// How deep it goes; without optimisation that takes minutes.
const SIZE_MAX: usize = if cfg!(debug_assertions) {
    10_000
} else {
    100_000
};

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ladder");
    std::fs::read_to_string(folder.join(name)).expect("a recorded file")
}

/// The shapes: a name, and how to make a source of it.
fn shapes() -> Vec<(String, [String; 5])> {
    let text = |field: &str| {
        field
            .replace("\\e", "")
            .replace("\\n", "\n")
            .replace("\\\\", "\\")
    };
    let lines = read("shapes.txt");
    let lines = lines.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [name, parts @ ..] = fields.as_slice() else {
                panic!("bad line: {line}");
            };
            let parts: Vec<String> = parts.iter().map(|part| text(part)).collect();
            (name.to_string(), parts.try_into().expect("five parts"))
        })
        .collect()
}

fn source([before, opening, middle, closing, after]: &[String; 5], n: usize) -> String {
    let (opening, closing) = (opening.repeat(n), closing.repeat(n));
    format!("{before}{opening}{middle}{closing}{after}")
}

/// Blocks in blocks, each opened by `head`.
fn blocks(head: &str, n: usize) -> String {
    let mut text: String = (0..n)
        .map(|depth| format!("{}{head}\n", " ".repeat(depth)))
        .collect();
    text.push_str(&" ".repeat(n));
    text.push_str("pass\n");
    text
}

fn outcome(source: &str) -> String {
    let show = |field: Option<i32>| field.map_or("None".to_owned(), |field| field.to_string());
    match compile(source.as_bytes(), &CompileOptions::named("<shape>")) {
        Ok(_) => "compiles".to_owned(),
        Err(CompileError {
            kind,
            msg,
            lineno,
            offset,
            end_lineno,
            end_offset,
            ..
        }) => match kind {
            ErrorKind::Syntax | ErrorKind::Indentation | ErrorKind::Tab => {
                let fields = [lineno, offset, end_lineno, end_offset].map(show).join(" ");
                let name = match kind {
                    ErrorKind::Syntax => "Syntax",
                    ErrorKind::Tab => "Tab",
                    _ => "Indentation",
                };
                format!("{name}Error {fields} {msg}")
            }
            _ => format!("{kind:?}Error {msg}").trim().to_owned(),
        },
    }
}

fn on_small_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(test);
    let result = thread.expect("a thread").join();
    result.expect("the test passes");
}

#[test]
fn nesting_ends_where_cpython_ends_it() {
    on_small_stack(|| {
        let shapes = shapes();
        let mut wrong = Vec::new();
        for line in read("expected.txt").lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [name, size, expected] = fields[..] else {
                panic!("bad line: {line}");
            };
            let shape = shapes.iter().find(|shape| shape.0 == name);
            let (_, shape) = shape.expect("a shape of that name");
            let size: usize = size.parse().expect("a size");
            if cfg!(debug_assertions) && size > 3_000 {
                continue;
            }
            let got = outcome(&source(shape, size));
            if got != expected {
                wrong.push(format!("{name} {size}: {got}, not {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn any_number_of_levels_does_no_harm() {
    on_small_stack(|| {
        for (_, shape) in shapes() {
            outcome(&source(&shape, SIZE_MAX));
        }
    });
}

#[test]
fn blocks_nest_a_hundred_deep() {
    on_small_stack(|| {
        let heads = ["class A:", "def f():", "if x:", "try:", "async def f():"];
        for head in heads {
            let expected = "IndentationError 101 1 101 0 too many levels of indentation";
            assert_eq!(outcome(&blocks(head, 100)), expected, "{head}");
            outcome(&blocks(head, 2_000));
        }
        for head in ["class A:", "def f():", "if x:"] {
            assert_eq!(outcome(&blocks(head, 99)), "compiles", "{head}");
        }
    });
}
