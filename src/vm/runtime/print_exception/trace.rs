//! The frames of a traceback, with repeated lines folded.
//!
//! CPython 3.11: `tb_printinternal`, `tb_displayline` in `Python/traceback.c`.

use super::carets;
use super::out::Out;
use super::source;
use crate::context::Vm;
use crate::object::{Py, PyRef, Value};
use crate::types::code::PyCode;
use crate::types::str::value::PyStr;
use crate::types::traceback::PyTraceback;

const LIMIT_DEFAULT: i64 = 1000;
const REPEATED_SHOWN: usize = 3;
/// Blanks in front of a source line.
const SOURCE_INDENT: usize = 4;

/// Which line an entry shows.
struct Entry {
    code: PyRef<PyCode>,
    filename: PyRef<PyStr>,
    lineno: i32,
    lasti: i32,
}

fn entry_of(vm: &Vm, traceback: &Py<PyTraceback>) -> Option<Entry> {
    let frame = crate::types::frame_methods::frame_of(vm, &traceback.frame).ok()?;
    // SAFETY: a frame object's frame is complete.
    let code = unsafe { (*frame).code.clone() };
    let lineno = crate::types::traceback::line_number(vm, traceback)
        .ok()
        .flatten()
        .unwrap_or(-1);
    Some(Entry {
        filename: code.filename.get(),
        lineno,
        lasti: traceback.lasti,
        code,
    })
}

/// `sys.tracebacklimit`
pub fn limit(vm: &Vm) -> i64 {
    match crate::modules::sys::get(vm, "tracebacklimit") {
        Some(limit) => match limit.as_int() {
            Some(limit) => limit
                .to_i64()
                .unwrap_or(if limit.is_negative() { 0 } else { i64::MAX }),
            None => LIMIT_DEFAULT,
        },
        None => LIMIT_DEFAULT,
    }
}

/// Adds the frames of a traceback.
pub fn print(vm: &Vm, out: &mut Out, traceback: &Value, indent: usize, margin: &str) {
    source::forget(vm);
    let limit = limit(vm);
    if limit <= 0 {
        return;
    }
    let mut entries = Vec::new();
    let mut place = Some(traceback.clone());
    while let Some(value) = place {
        let Some(traceback) = value.downcast_ref::<PyTraceback>() else {
            break;
        };
        entries.extend(entry_of(vm, traceback));
        place = traceback.next.get();
    }
    let skipped = entries
        .len()
        .saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
    let (mut last, mut count): (Option<&Entry>, usize) = (None, 0);
    for entry in &entries[skipped..] {
        let same = last.is_some_and(|last| {
            last.lineno == entry.lineno
                && last.lineno != -1
                && last.filename.as_value().is(&entry.filename.as_value())
                && last.code.name.as_value().is(&entry.code.name.as_value())
        });
        if !same {
            print_repeated(out, count, indent, margin);
            last = Some(entry);
            count = 0;
        }
        count += 1;
        if count <= REPEATED_SHOWN {
            print_entry(vm, out, entry, indent, margin);
        }
    }
    print_repeated(out, count, indent, margin);
}

fn print_repeated(out: &mut Out, count: usize, indent: usize, margin: &str) {
    if count <= REPEATED_SHOWN {
        return;
    }
    let more = count - REPEATED_SHOWN;
    out.indent(indent);
    out.text(margin);
    out.text(&format!(
        "  [Previous line repeated {more} more time{}]\n",
        if more > 1 { "s" } else { "" }
    ));
}

fn print_entry(vm: &Vm, out: &mut Out, entry: &Entry, indent: usize, margin: &str) {
    out.indent(indent);
    out.text(margin);
    out.text("  File \"");
    out.string(&entry.filename);
    out.text(&format!("\", line {}, in ", entry.lineno));
    out.string(&entry.code.name);
    out.text("\n");
    let Some(line) = source::line(vm, &entry.filename, entry.lineno) else {
        return;
    };
    let stripped = line.trim_start_matches([' ', '\t', '\x0c']);
    out.indent(indent);
    out.text(margin);
    out.indent(SOURCE_INDENT);
    out.text(stripped);
    out.text("\n");
    if entry.lasti >= 0
        && let Some(marks) = carets::marks(&entry.code, entry.lasti, &line)
    {
        out.indent(indent);
        out.text(margin);
        out.indent(SOURCE_INDENT);
        out.text(&marks);
        out.text("\n");
    }
}
