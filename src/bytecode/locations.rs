//! Location tables (`co_linetable`): which lines and columns of the source an instruction comes from (PEP 657).
//!
//! The table is a sequence of entries, each for one to eight code units:
//!
//! ```text
//!   first byte   1 kkkk lll      kind and number of code units less one
//!   kind 0-9     short form      same line; 3 low bits of the column and the width in one byte
//!   kind 10-12   one-line form   line + (kind - 10); start and end column, one byte each
//!   kind 13      no columns      signed line delta
//!   kind 14      long form       signed line delta, line count, columns plus one
//!   kind 15      no location
//! ```
//!
//! Lines are deltas from the last entry that had one, or from `co_firstlineno`. Which form is written shows in the bytes of a pyc, so the
//! writer follows CPython's order of choice exactly. Readers accept any bytes: a table that makes no sense gives locations that make no
//! sense, nothing worse.
//!
//! CPython 3.11: `Objects/locations.md`, `write_location_info_entry` in `Python/compile.c`, `advance`, `advance_with_locations` and
//! `remove_column_info` in `Objects/codeobject.c`.

use crate::varint::{read_signed_varint, read_varint, write_signed_varint, write_varint};

const ONE_LINE0: u8 = 10;
const ONE_LINE2: u8 = 12;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NONE: u8 = 15;

/// Set in the first byte of each entry and in no other.
const ENTRY_START: u8 = 0x80;
/// Most code units that one entry covers.
const UNITS_MAX: usize = 8;

/// A place in the source. A field of -1 is unknown; `line == -1` means there is no location at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// First line, from 1.
    pub line: i32,
    /// Last line.
    pub end_line: i32,
    /// Column of the first character in UTF-8 bytes, from 0.
    pub column: i32,
    /// Column behind the last character in UTF-8 bytes.
    pub end_column: i32,
}

impl Location {
    /// No location.
    pub const NONE: Location = Location {
        line: -1,
        end_line: -1,
        column: -1,
        end_column: -1,
    };
}

/// Writes a location table, instruction by instruction.
#[derive(Debug)]
pub struct LocationWriter {
    table: Vec<u8>,
    line: i32,
}

impl LocationWriter {
    /// A writer for a code object with this `co_firstlineno`, and about so many instructions.
    pub fn new(firstlineno: i32, instructions: usize) -> LocationWriter {
        LocationWriter {
            table: Vec::with_capacity(instructions.saturating_mul(3)),
            line: firstlineno,
        }
    }

    /// Notes that the next `code_units` units (an instruction with its EXTENDED_ARGs and caches) come from `location`.
    #[inline]
    pub fn push(&mut self, location: Location, mut code_units: usize) {
        while code_units > UNITS_MAX {
            self.push_entry(location, UNITS_MAX);
            code_units -= UNITS_MAX;
        }
        if code_units > 0 {
            self.push_entry(location, code_units);
        }
    }

    /// The finished table.
    pub fn finish(self) -> Vec<u8> {
        self.table
    }

    fn push_entry(&mut self, location: Location, units: usize) {
        let Location {
            line,
            end_line,
            column,
            end_column,
        } = location;
        if line < 0 {
            self.push_start(NONE, units);
            return;
        }
        let line_delta = line.wrapping_sub(self.line);
        if column < 0 || end_column < 0 {
            if end_line == line || end_line == -1 {
                self.push_start(NO_COLUMNS, units);
                write_signed_varint(&mut self.table, line_delta);
                self.line = line;
                return;
            }
        } else if end_line == line {
            if line_delta == 0 && column < 80 && end_column >= column && end_column - column < 16 {
                self.push_start((column >> 3) as u8, units);
                self.table
                    .push(((column & 7) << 4 | (end_column - column)) as u8);
                return;
            }
            if (0..3).contains(&line_delta) && column < 128 && end_column < 128 {
                self.push_start(ONE_LINE0 + line_delta as u8, units);
                self.table.push(column as u8);
                self.table.push(end_column as u8);
                self.line = line;
                return;
            }
        }
        self.push_start(LONG, units);
        write_signed_varint(&mut self.table, line_delta);
        write_varint(&mut self.table, end_line.wrapping_sub(line) as u32);
        write_varint(&mut self.table, column.wrapping_add(1) as u32);
        write_varint(&mut self.table, end_column.wrapping_add(1) as u32);
        self.line = line;
    }

    fn push_start(&mut self, kind: u8, units: usize) {
        self.table.push(ENTRY_START | kind << 3 | (units - 1) as u8);
    }
}

/// The table with all columns left out, as `-X no_debug_ranges` stores it.
pub fn remove_column_info(table: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(table.len());
    let mut at = 0;
    while at < table.len() {
        let first = table[at];
        if kind_of(first) == NONE {
            out.push(first);
        } else {
            out.push(ENTRY_START | NO_COLUMNS << 3 | first & 7);
            write_signed_varint(&mut out, line_delta(table, at));
        }
        at = next_entry(table, at);
    }
    out
}

/// A run of code with one line, as `co_lines()` gives it. Offsets are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRange {
    /// Offset of the first byte of the run.
    pub start: u32,
    /// Offset behind the run.
    pub end: u32,
    /// The line; -1 when there is none.
    pub line: i32,
    /// The line that later deltas count from; equals `line` unless that is -1.
    pub computed_line: i32,
}

/// Iterates over the entries of a location table, lines only (`co_lines()`).
pub fn lines(table: &[u8], firstlineno: i32) -> Lines<'_> {
    Lines {
        table,
        at: 0,
        end: 0,
        computed_line: firstlineno,
    }
}

/// See `lines`.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    table: &'a [u8],
    at: usize,
    end: u32,
    computed_line: i32,
}

impl Iterator for Lines<'_> {
    type Item = LineRange;

    fn next(&mut self) -> Option<LineRange> {
        let first = *self.table.get(self.at)?;
        self.computed_line = self
            .computed_line
            .wrapping_add(line_delta(self.table, self.at));
        self.at = next_entry(self.table, self.at);
        let start = self.end;
        self.end = start.wrapping_add(byte_length(first));
        Some(LineRange {
            start,
            end: self.end,
            line: if kind_of(first) == NONE {
                -1
            } else {
                self.computed_line
            },
            computed_line: self.computed_line,
        })
    }
}

/// A run of code with one location. Offsets are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocationRange {
    /// Offset of the first byte of the run.
    pub start: u32,
    /// Offset behind the run.
    pub end: u32,
    /// Where it comes from.
    pub location: Location,
}

/// Iterates over the entries of a location table with all four positions.
pub fn location_ranges(table: &[u8], firstlineno: i32) -> LocationRanges<'_> {
    LocationRanges {
        table,
        at: 0,
        end: 0,
        line: firstlineno,
    }
}

/// See `location_ranges`.
#[derive(Clone, Debug)]
pub struct LocationRanges<'a> {
    table: &'a [u8],
    at: usize,
    end: u32,
    line: i32,
}

impl Iterator for LocationRanges<'_> {
    type Item = LocationRange;

    fn next(&mut self) -> Option<LocationRange> {
        let first = *self.table.get(self.at)?;
        let table = self.table;
        let mut at = self.at + 1;
        let kind = kind_of(first);
        let location = match kind {
            NONE => Location::NONE,
            LONG => {
                self.line = self.line.wrapping_add(read_signed_varint(table, &mut at));
                Location {
                    line: self.line,
                    end_line: self.line.wrapping_add(read_varint(table, &mut at) as i32),
                    column: (read_varint(table, &mut at) as i32).wrapping_sub(1),
                    end_column: (read_varint(table, &mut at) as i32).wrapping_sub(1),
                }
            }
            NO_COLUMNS => {
                self.line = self.line.wrapping_add(read_signed_varint(table, &mut at));
                self.on_line(-1, -1)
            }
            ONE_LINE0..=ONE_LINE2 => {
                self.line = self.line.wrapping_add(i32::from(kind - ONE_LINE0));
                self.on_line(byte_at(table, at), byte_at(table, at + 1))
            }
            _ => {
                let second = byte_at(table, at);
                let column = i32::from(kind) << 3 | second >> 4;
                self.on_line(column, column + (second & 15))
            }
        };
        // Where the next entry starts is said by the mark alone, so that all readers of a broken table agree on its entries.
        self.at = next_entry(table, self.at);
        let start = self.end;
        self.end = start.wrapping_add(byte_length(first));
        Some(LocationRange {
            start,
            end: self.end,
            location,
        })
    }
}

impl LocationRanges<'_> {
    fn on_line(&self, column: i32, end_column: i32) -> Location {
        Location {
            line: self.line,
            end_line: self.line,
            column,
            end_column,
        }
    }
}

/// Iterates over the locations of a table, one per code unit (`co_positions()`).
pub fn positions(table: &[u8], firstlineno: i32) -> impl Iterator<Item = Location> + '_ {
    location_ranges(table, firstlineno).flat_map(|range| {
        let units = (range.end.wrapping_sub(range.start) / 2) as usize;
        std::iter::repeat_n(range.location, units)
    })
}

/// The line of the instruction at byte `offset`; `firstlineno` for a negative one, -1 when there is none.
pub fn addr_to_line(table: &[u8], firstlineno: i32, offset: i32) -> i32 {
    let Ok(offset) = u32::try_from(offset) else {
        return firstlineno;
    };
    lines(table, firstlineno)
        .find(|range| offset < range.end)
        .map_or(-1, |range| range.line)
}

/// The location of the instruction at byte `offset`, as tracebacks want it.
pub fn addr_to_location(table: &[u8], firstlineno: i32, offset: i32) -> Location {
    let Ok(offset) = u32::try_from(offset) else {
        return Location {
            line: firstlineno,
            end_line: firstlineno,
            column: 0,
            end_column: 0,
        };
    };
    location_ranges(table, firstlineno)
        .find(|range| offset < range.end)
        .map_or(Location::NONE, |range| range.location)
}

fn kind_of(first: u8) -> u8 {
    first >> 3 & 15
}

fn byte_length(first: u8) -> u32 {
    (u32::from(first & 7) + 1) * 2
}

fn byte_at(table: &[u8], at: usize) -> i32 {
    table.get(at).map_or(0, |&byte| i32::from(byte & 0x7f))
}

fn line_delta(table: &[u8], at: usize) -> i32 {
    match kind_of(table[at]) {
        NO_COLUMNS | LONG => read_signed_varint(table, &mut (at + 1)),
        kind @ ONE_LINE0..=ONE_LINE2 => i32::from(kind - ONE_LINE0),
        _ => 0,
    }
}

fn next_entry(table: &[u8], at: usize) -> usize {
    let rest = &table[at + 1..];
    at + 1
        + rest
            .iter()
            .position(|&byte| byte & ENTRY_START != 0)
            .unwrap_or(rest.len())
}
