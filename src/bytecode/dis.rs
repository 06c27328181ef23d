//! The disassembler: the text of `dis.dis`, for dump tools and snapshots.
//!
//! CPython 3.11: `Lib/dis.py`. Addresses of code objects are left out, see `constant_repr`; operands out of range show nothing where
//! `dis` would raise.

use crate::cache::cache_fields;
use crate::code::CodeObject;
use crate::constant::Constant;
use crate::constant_repr::{display_str, repr, repr_code};
use crate::exception_table::{self, ExceptionEntry};
use crate::locations;
use crate::opcode::{ArgKind, Opcode};
use foldhash::{HashMap, HashSet};
use std::fmt::Write;

/// What to show.
#[derive(Clone, Copy, Debug, Default)]
pub struct DisOptions<'a> {
    /// Show the inline caches.
    pub show_caches: bool,
    /// Mark the instruction at this offset.
    pub current_offset: Option<u32>,
    /// Disassemble these bytes instead of `co_code`: a quickened copy of it.
    pub code: Option<&'a [u8]>,
}

/// One line of a disassembly.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// The number.
    pub number: u8,
    /// The name; `<n>` for numbers without one.
    pub opname: String,
    /// The operand with its extensions, if the instruction has one.
    pub arg: Option<i32>,
    /// What the operand means.
    pub argrepr: String,
    /// Offset in bytes.
    pub offset: u32,
    /// The line that starts here.
    pub starts_line: Option<i32>,
    /// Whether something jumps here or a handler starts here.
    pub is_jump_target: bool,
}

const OPNAME_WIDTH: usize = 20;
const OPARG_WIDTH: usize = 5;

/// Names of the operands of BINARY_OP.
pub const BINARY_OPERATORS: [&str; 26] = [
    "+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^", "+=", "&=", "//=", "<<=",
    "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=",
];

/// Names of the operands of COMPARE_OP.
pub const COMPARISONS: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];

/// `dis.dis(code)`: the code object and all code objects among its constants.
pub fn dis(code: &CodeObject, options: DisOptions<'_>) -> String {
    let mut out = disassemble(code, options);
    let inner_options = DisOptions {
        code: None,
        current_offset: None,
        ..options
    };
    let mut pending: Vec<&CodeObject> = inner_code(code).rev().collect();
    while let Some(inner) = pending.pop() {
        // Writing to a String does not fail.
        let _ = writeln!(out, "\nDisassembly of {}:", repr_code(inner));
        out.push_str(&disassemble(inner, inner_options));
        pending.extend(inner_code(inner).rev());
    }
    out
}

/// `dis.disassemble(code)`: one code object.
pub fn disassemble(code: &CodeObject, options: DisOptions<'_>) -> String {
    let bytes = options.code.unwrap_or(&code.code);
    let line_starts = line_starts(code);
    let lineno_width = match line_starts.values().max() {
        None => 0,
        Some(line) if *line >= 1000 => line.to_string().len(),
        Some(_) => 3,
    };
    let offset_max = bytes.len().saturating_sub(2);
    let offset_width = if offset_max >= 10000 {
        offset_max.to_string().len()
    } else {
        4
    };
    let mut out = String::new();
    for instruction in instructions(code, options) {
        if instruction.starts_line.is_some() && instruction.offset > 0 {
            out.push('\n');
        }
        let is_current = options.current_offset == Some(instruction.offset);
        push_line(
            &mut out,
            &instruction,
            lineno_width,
            offset_width,
            is_current,
        );
    }
    let mut entries = exception_table::entries(&code.exceptiontable).peekable();
    if entries.peek().is_some() {
        out.push_str("ExceptionTable:\n");
    }
    for entry in entries {
        let lasti = if entry.lasti { " lasti" } else { "" };
        let _ = writeln!(
            out,
            "  {} to {} -> {} [{}]{lasti}",
            u64::from(entry.start) * 2,
            i64::from(entry.end) * 2 - 2,
            u64::from(entry.target) * 2,
            entry.depth,
        );
    }
    out
}

/// The instructions of a code object (`dis.get_instructions`).
pub fn instructions(code: &CodeObject, options: DisOptions<'_>) -> Vec<Instruction> {
    let bytes = options.code.unwrap_or(&code.code);
    let line_starts = line_starts(code);
    let raw = unpack(bytes);
    let targets = targets(&raw, exception_table::entries(&code.exceptiontable));
    let mut out = Vec::with_capacity(raw.len());
    for instruction in raw {
        let Raw {
            offset,
            number,
            opcode,
            arg,
        } = instruction;
        out.push(Instruction {
            number,
            opname: opcode.map_or_else(|| format!("<{number}>"), |opcode| opcode.name().to_owned()),
            arg,
            argrepr: arg.map_or_else(String::new, |arg| argrepr(code, instruction, arg)),
            offset,
            starts_line: line_starts.get(&offset).copied(),
            is_jump_target: targets.contains(&i64::from(offset)),
        });
        if let Some(opcode) = opcode
            && options.show_caches
        {
            push_caches(&mut out, bytes, offset, opcode);
        }
    }
    out
}

/// The code objects among the constants.
fn inner_code(code: &CodeObject) -> impl DoubleEndedIterator<Item = &CodeObject> {
    let consts: &[Constant] = match &code.consts {
        Constant::Tuple(items) => items,
        _ => &[],
    };
    consts.iter().filter_map(|constant| match constant {
        Constant::Code(code) => Some(&**code),
        _ => None,
    })
}

/// Lines by the offset at which they start (`dis.findlinestarts`).
fn line_starts(code: &CodeObject) -> HashMap<u32, i32> {
    let mut last = None;
    locations::lines(&code.linetable, code.firstlineno)
        .filter(|range| range.line >= 0)
        .filter_map(|range| {
            (last.replace(range.line) != Some(range.line)).then_some((range.start, range.line))
        })
        .collect()
}

/// An instruction as it stands in the code.
#[derive(Clone, Copy)]
struct Raw {
    offset: u32,
    number: u8,
    opcode: Option<Opcode>,
    arg: Option<i32>,
}

fn unpack(bytes: &[u8]) -> Vec<Raw> {
    let mut out = Vec::new();
    let mut extended = 0u32;
    let mut at = 0;
    while let Some(&[number, operand]) = bytes.get(at..at + 2).and_then(|unit| unit.first_chunk()) {
        let opcode = Opcode::from_u8(number);
        let family = opcode.map(Opcode::family);
        let has_arg = family.map_or(number, |family| family as u8) >= Opcode::HAVE_ARGUMENT;
        let arg = extended | u32::from(operand);
        extended = if family == Some(Opcode::EXTENDED_ARG) {
            arg << 8
        } else {
            0
        };
        out.push(Raw {
            offset: at as u32,
            number,
            opcode,
            arg: has_arg.then_some(arg as i32),
        });
        at += 2 + 2 * opcode.map_or(0, Opcode::cache_units);
    }
    out
}

fn jump_target(opcode: Opcode, offset: u32, arg: i32) -> Option<i64> {
    let behind = i64::from(offset) + 2;
    match opcode.arg_kind() {
        ArgKind::JumpForward => Some(behind + i64::from(arg) * 2),
        ArgKind::JumpBackward => Some(behind - i64::from(arg) * 2),
        _ => None,
    }
}

fn targets(raw: &[Raw], entries: impl Iterator<Item = ExceptionEntry>) -> HashSet<i64> {
    let jumps = raw.iter().filter_map(|instruction| {
        let opcode = instruction.opcode.filter(|opcode| !opcode.is_quickened())?;
        jump_target(opcode, instruction.offset, instruction.arg?)
    });
    let handlers = entries
        .filter(|entry| entry.start < entry.end)
        .map(|entry| i64::from(entry.target) * 2);
    jumps.chain(handlers).collect()
}

/// What the operand means, as `dis` puts it in parentheses.
fn argrepr(code: &CodeObject, instruction: Raw, arg: i32) -> String {
    let Some(opcode) = instruction.opcode else {
        return String::new();
    };
    let item = |tuple: &Constant, index: i32| match (tuple, usize::try_from(index)) {
        (Constant::Tuple(items), Ok(index)) => items.get(index).cloned(),
        _ => None,
    };
    let name = |names: &Constant, index: i32| match item(names, index) {
        Some(Constant::Str(name)) => display_str(&name),
        _ => String::new(),
    };
    let one_of = |names: &[&str]| {
        let index = usize::try_from(arg).ok();
        index
            .and_then(|index| names.get(index))
            .map_or_else(String::new, |name| (*name).to_owned())
    };
    match opcode.family() {
        Opcode::LOAD_CONST => {
            return item(&code.consts, arg).map_or_else(String::new, |value| repr(&value));
        }
        Opcode::FORMAT_VALUE => {
            let conversion = ["", "str", "repr", "ascii"][arg as usize & 3];
            let parts = [conversion, if arg & 4 != 0 { "with format" } else { "" }];
            return join_nonempty(&parts);
        }
        Opcode::MAKE_FUNCTION => {
            let flags = ["defaults", "kwdefaults", "annotations", "closure"];
            let parts: Vec<&str> = flags
                .into_iter()
                .enumerate()
                .filter(|(bit, _)| arg & 1 << bit != 0)
                .map(|(_, name)| name)
                .collect();
            return parts.join(", ");
        }
        Opcode::BINARY_OP => return one_of(&BINARY_OPERATORS),
        _ => {}
    }
    match opcode.arg_kind() {
        ArgKind::Name => name(&code.names, arg),
        ArgKind::Global => {
            let name = name(&code.names, arg >> 1);
            if arg & 1 == 1 && !name.is_empty() {
                format!("NULL + {name}")
            } else {
                name
            }
        }
        ArgKind::Local | ArgKind::Free => name(&code.localsplusnames, arg),
        ArgKind::Compare => one_of(&COMPARISONS),
        ArgKind::JumpForward | ArgKind::JumpBackward => {
            jump_target(opcode, instruction.offset, arg)
                .map_or_else(String::new, |target| format!("to {target}"))
        }
        ArgKind::None | ArgKind::Int | ArgKind::Const => String::new(),
    }
}

fn join_nonempty(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}

/// A line for each unit of an instruction's cache; quickened instructions show the values.
fn push_caches(out: &mut Vec<Instruction>, bytes: &[u8], offset: u32, opcode: Opcode) {
    let mut offset = offset;
    for &(name, units) in cache_fields(opcode) {
        for unit in 0..units {
            offset += 2;
            let argrepr = if unit == 0 && opcode.is_quickened() {
                let end = (offset as usize + 2 * units).min(bytes.len());
                let value = bytes[(offset as usize).min(end)..end]
                    .iter()
                    .rev()
                    .fold(0u64, |value, &byte| value << 8 | u64::from(byte));
                format!("{name}: {value}")
            } else {
                String::new()
            };
            out.push(Instruction {
                number: Opcode::CACHE as u8,
                opname: "CACHE".to_owned(),
                arg: Some(0),
                argrepr,
                offset,
                starts_line: None,
                is_jump_target: false,
            });
        }
    }
}

fn push_line(
    out: &mut String,
    instruction: &Instruction,
    lineno_width: usize,
    offset_width: usize,
    is_current: bool,
) {
    let start = out.len();
    // Writing to a String does not fail.
    if lineno_width > 0 {
        let _ = match instruction.starts_line {
            Some(line) => write!(out, "{line:lineno_width$} "),
            None => write!(out, "{:lineno_width$} ", ""),
        };
    }
    let current = if is_current { "-->" } else { "   " };
    let target = if instruction.is_jump_target {
        ">>"
    } else {
        "  "
    };
    let _ = write!(
        out,
        "{current} {target} {:>offset_width$} {:<OPNAME_WIDTH$}",
        instruction.offset, instruction.opname
    );
    if let Some(arg) = instruction.arg {
        let _ = write!(out, " {arg:>OPARG_WIDTH$}");
        if !instruction.argrepr.is_empty() {
            let _ = write!(out, " ({})", instruction.argrepr);
        }
    }
    out.truncate(start + out[start..].trim_end().len());
    out.push('\n');
}
