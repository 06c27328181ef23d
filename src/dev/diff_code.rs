//! `dev diff-code FILE…`: the first difference between pyrs's code and CPython's, disassembled side by side.

use bytecode::code::CodeObject;
use bytecode::constant::Constant;
use bytecode::constant_repr::{repr, repr_code};
use bytecode::dis::{DisOptions, instructions};
use bytecode::exception_table;
use bytecode::locations;
use compiler::{CompileOptions, compile};
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

/// What the oracle runs: the body of a pyc on standard output.
const COMPILE: &str = "\
import marshal, sys
with open(sys.argv[1], 'rb') as file: source = file.read()
code = compile(source, sys.argv[1], 'exec', 0, True, int(sys.argv[2]))
sys.stdout.buffer.write(marshal.dumps(code))
";

/// Lines shown before and behind the first that differs.
const AROUND: usize = 6;

/// `diff-code [-O LEVEL] FILE…`
pub fn run(arguments: &[String]) -> Result<(), String> {
    let (optimize, files) = match arguments {
        [flag, level, files @ ..] if flag == "-O" => (
            level.parse().map_err(|_| "-O takes 0, 1 or 2".to_owned())?,
            files,
        ),
        files => (0, files),
    };
    if files.is_empty() {
        return Err("usage: diff-code [-O LEVEL] FILE…".to_owned());
    }
    let python = testkit::oracle::find().ok_or("no CPython 3.11: set PYRS_ORACLE")?;
    let mut differ = 0;
    for file in files {
        let report = compare(&python, file, optimize)?;
        differ += usize::from(report.is_some());
        show(&format!(
            "{file}: {}",
            report.as_deref().unwrap_or("identical")
        ));
    }
    match differ {
        0 => Ok(()),
        _ => Err(format!("{differ} of {} differ", files.len())),
    }
}

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
fn show(text: &str) {
    println!("{text}");
}

/// What is different about a file, if anything.
fn compare(python: &Path, file: &str, optimize: u8) -> Result<Option<String>, String> {
    let mut command = Command::new(python);
    command.args(["-I", "-S", "-c", COMPILE, file, &optimize.to_string()]);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| error.to_string())?;
    let source = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
    let options = CompileOptions {
        optimize,
        ..CompileOptions::named(file)
    };
    let ours = match (compile(&source, &options), output.status.success()) {
        (Ok(compiled), true) => compiled.code,
        (Ok(_), false) => {
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            return Ok(Some(format!("only CPython refuses it\n{stderr}")));
        }
        (Err(_), false) => return Ok(None),
        (Err(error), true) => return Ok(Some(format!("only pyrs refuses it: {error:?}"))),
    };
    let body = bytecode::marshal::dumps_code(&ours).map_err(|error| format!("{error:?}"))?;
    if body == output.stdout {
        return Ok(None);
    }
    let theirs = bytecode::marshal::loads_code(&output.stdout)
        .map_err(|error| format!("CPython's code: {error:?}"))?
        .ok_or("CPython wrote no code object")?;
    Ok(Some(difference(&theirs, &ours).unwrap_or_else(|| {
        let equal = body.iter().zip(&output.stdout);
        let place = equal.take_while(|(one, other)| one == other).count();
        format!("equal code, but other reference flags from byte {place} of the body on")
    })))
}

/// The first pair of code objects that differ, the outer before the inner.
fn difference(theirs: &CodeObject, ours: &CodeObject) -> Option<String> {
    let mut pending = vec![(theirs, ours)];
    while let Some((theirs, ours)) = pending.pop() {
        let (left, right) = (listing(theirs), listing(ours));
        if left != right {
            let name = String::from_utf8_lossy(ours.qualname.as_bytes()).into_owned();
            return Some(format!("{name}\n{}", side_by_side(&left, &right)));
        }
        let inner = inner(theirs).into_iter().zip(inner(ours));
        pending.extend(inner.collect::<Vec<_>>().into_iter().rev());
    }
    None
}

fn inner(code: &CodeObject) -> Vec<&CodeObject> {
    let mut found = Vec::new();
    for constant in items(&code.consts) {
        if let Constant::Code(code) = constant {
            found.push(Rc::as_ref(code));
        }
    }
    found
}

fn items(tuple: &Constant) -> &[Constant] {
    match tuple {
        Constant::Tuple(items) => items,
        _ => &[],
    }
}

fn shown(constant: &Constant) -> String {
    match constant {
        Constant::Code(code) => repr_code(code),
        other => repr(other),
    }
}

/// Everything of a code object that can be seen, a line for each thing.
fn listing(code: &CodeObject) -> Vec<String> {
    let mut lines = vec![
        format!(
            "arguments {} ({} positional only, {} keyword only), stack {}, flags {:#x}, line {}",
            code.argcount,
            code.posonlyargcount,
            code.kwonlyargcount,
            code.stacksize,
            code.flags,
            code.firstlineno
        ),
        format!("names {}", shown(&code.names)),
        format!(
            "locals {} {:?}",
            shown(&code.localsplusnames),
            code.localspluskinds
        ),
    ];
    for (index, constant) in items(&code.consts).iter().enumerate() {
        lines.push(format!("constant {index} {}", shown(constant)));
    }
    let positions: Vec<_> = locations::positions(&code.linetable, code.firstlineno).collect();
    for instruction in instructions(code, DisOptions::default()) {
        let mut line = format!("{:4} {}", instruction.offset, instruction.opname);
        if let Some(arg) = instruction.arg {
            let _ = write!(line, " {arg}");
        }
        if !instruction.argrepr.is_empty() {
            let _ = write!(line, " ({})", instruction.argrepr);
        }
        if let Some(position) = positions.get(instruction.offset as usize / 2) {
            let _ = write!(
                line,
                " @ {}:{}-{}:{}",
                position.line, position.column, position.end_line, position.end_column
            );
        }
        lines.push(line);
    }
    for entry in exception_table::entries(&code.exceptiontable) {
        lines.push(format!("handler {entry:?}"));
    }
    lines
}

/// The surroundings of the first difference, CPython on the left.
fn side_by_side(left: &[String], right: &[String]) -> String {
    let pairs = left.iter().zip(right);
    let first = pairs.take_while(|(left, right)| left == right).count();
    let lines = first.saturating_sub(AROUND)..first + AROUND;
    let text = |lines: &[String], index: usize| lines.get(index).cloned().unwrap_or_default();
    let width = lines.clone().map(|index| text(left, index).chars().count());
    let width = width.max().unwrap_or(0);
    let mut out = format!("  {:width$}   pyrs\n", "CPython");
    for index in lines {
        let (left, right) = (text(left, index), text(right, index));
        if left.is_empty() && right.is_empty() {
            continue;
        }
        let mark = if left == right { ' ' } else { '|' };
        let _ = writeln!(out, "  {left:width$} {mark} {right}");
    }
    out
}
