//! Exception tables (`co_exceptiontable`): which handler an exception raised at an instruction goes to.
//!
//! An entry is `start, size, target, depth << 1 | lasti` as four varints, in code units, its first byte marked with bit 7; entries are
//! sorted by start and do not overlap, so that the handler can be found by bisection without an index. `depth` is the stack depth to unwind
//! to; `lasti` asks for the offset of the raising instruction to be pushed before the exception.
//!
//! CPython 3.11: `Objects/exception_handling_notes.txt`, `assemble_emit_exception_table_entry` in `Python/compile.c`,
//! `get_exception_handler` in `Python/ceval.c`.

use crate::varint::{read_varint_big_endian, write_varint_big_endian};

const ENTRY_START: u8 = 0x80;
/// Below this many bytes a linear scan is the quicker one.
const LINEAR_SEARCH_MAX: usize = 40;

/// One entry; offsets are in code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First protected code unit.
    pub start: u32,
    /// The code unit behind the last protected one.
    pub end: u32,
    /// Where the handler starts.
    pub target: u32,
    /// Stack depth to unwind to.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed below the exception.
    pub lasti: bool,
}

/// Appends an entry to a table. All numbers must be below 2^30, and `start < end`.
pub fn write_entry(table: &mut Vec<u8>, entry: &ExceptionEntry) {
    debug_assert!(entry.start < entry.end);
    write_varint_big_endian(table, entry.start, ENTRY_START);
    write_varint_big_endian(table, entry.end - entry.start, 0);
    write_varint_big_endian(table, entry.target, 0);
    write_varint_big_endian(table, entry.depth << 1 | u32::from(entry.lasti), 0);
}

/// Iterates over the entries; stops where the bytes end inside an entry.
pub fn entries(table: &[u8]) -> Entries<'_> {
    Entries { table, at: 0 }
}

/// See `entries`.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    table: &'a [u8],
    at: usize,
}

impl Entries<'_> {
    /// Where the next entry starts.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Whether every byte was used.
    pub fn is_at_end(&self) -> bool {
        self.at == self.table.len()
    }
}

impl Iterator for Entries<'_> {
    type Item = ExceptionEntry;

    fn next(&mut self) -> Option<ExceptionEntry> {
        let mut at = self.at;
        let entry = read_entry(self.table, &mut at)?;
        self.at = at;
        Some(entry)
    }
}

/// The entry for an exception raised at code unit `unit`, if one protects it.
pub fn find_handler(table: &[u8], unit: u32) -> Option<ExceptionEntry> {
    let mut start = 0;
    let mut end = table.len();
    while end - start > LINEAR_SEARCH_MAX {
        let mut middle = start + (end - start) / 2;
        while middle > start && table[middle] & ENTRY_START == 0 {
            middle -= 1;
        }
        // An untrusted table may have no entry mark between the two: then there is nothing left to bisect.
        if middle == start {
            break;
        }
        if read_varint_big_endian(table, &mut { middle })? > unit {
            end = middle;
        } else {
            start = middle;
        }
    }
    let mut at = start;
    while at < end {
        let entry = read_entry(table, &mut at)?;
        if entry.start > unit {
            return None;
        }
        if unit < entry.end {
            return Some(entry);
        }
    }
    None
}

fn read_entry(table: &[u8], at: &mut usize) -> Option<ExceptionEntry> {
    let start = read_varint_big_endian(table, at)?;
    let size = read_varint_big_endian(table, at)?;
    let target = read_varint_big_endian(table, at)?;
    let depth_and_lasti = read_varint_big_endian(table, at)?;
    Some(ExceptionEntry {
        start,
        end: start.saturating_add(size),
        target,
        depth: depth_and_lasti >> 1,
        lasti: depth_and_lasti & 1 == 1,
    })
}
