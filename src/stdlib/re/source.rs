//! Patterns compiled from their text, without the library's Python code.
//!
//! `re._parser` and `re._compiler` take a third of a millisecond for an ordinary pattern, and importing a program's modules compiles dozens.
//! What is here gives the words that they give, for ordinary patterns; for all others (errors, warnings, LOCALE, named characters,
//! case-insensitive text beyond ASCII, deep nesting) it gives nothing, and the Python code runs.
//!
//! CPython 3.11: `Lib/re/_parser.py`, `Lib/re/_compiler.py`; it has no native counterpart.

mod emit;
mod info;
mod parse;
mod sets;
#[cfg(test)]
mod tests;
mod tree;

use base::text::TextRef;
use base::with_units;

/// `re.IGNORECASE`
const IGNORECASE: u32 = 2;
/// `re.MULTILINE`
const MULTILINE: u32 = 8;
/// `re.DOTALL`
const DOTALL: u32 = 16;
/// `re.UNICODE`
const UNICODE: u32 = 32;
/// `re.VERBOSE`
const VERBOSE: u32 = 64;
/// `re.ASCII`
const ASCII: u32 = 256;
/// The flags that are understood here.
const KNOWN: u32 = IGNORECASE | MULTILINE | DOTALL | UNICODE | VERBOSE | ASCII;

/// What `re._compiler.compile` hands to `_sre.compile`.
#[derive(Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The flags, with those that the pattern sets.
    pub flags: u32,
    /// The words.
    pub code: Vec<u32>,
    /// Number of groups.
    pub groups: u32,
    /// Names and numbers of the named groups, in the pattern's order.
    pub names: Vec<(String, u32)>,
}

/// Compiles a pattern; `None` if it is not an ordinary one.
pub fn compile(pattern: TextRef<'_>, is_bytes: bool, flags: u32) -> Option<Compiled> {
    if flags & !KNOWN != 0 {
        return None;
    }
    let units: Vec<u32> = with_units!(pattern, |units| units.iter().map(|&c| u32::from(c)).collect());
    let parsed = parse::parse(&units, is_bytes, flags)?;
    let code = emit::emit(&parsed)?;
    Some(Compiled {
        flags: parsed.flags,
        code,
        groups: parsed.widths.len() as u32 - 1,
        names: parsed.names,
    })
}
