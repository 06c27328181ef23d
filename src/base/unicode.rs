//! Character properties of Unicode 14.0.0 as CPython 3.11 sees them, over the generated tables.
//!
//! Characters are `u32`, not `char`: a Python `str` may hold lone surrogates. Every function accepts any value; above
//! U+10FFFF it answers as for an unassigned character. Two tries exist, as in CPython: one for what `str` asks (type
//! records), one for what only `unicodedata` asks (database records).
//!
//! CPython 3.11: Objects/unicodectype.c, Modules/unicodedata.c.

pub mod case;
pub mod names;
pub mod normalize;
pub mod old;

use crate::unicode_tables as tables;
use crate::unicode_tables::{DatabaseRecord, TypeRecord};

/// Version of the tables, `unicodedata.unidata_version`.
pub const UNIDATA_VERSION: &str = "14.0.0";

const MAX: u32 = 0x10ffff;

#[inline]
pub(crate) fn type_record(c: u32) -> &'static TypeRecord {
    let c = if c > MAX { 0 } else { c } as usize;
    let block = usize::from(tables::TYPE_STAGE1[c >> tables::TYPE_SHIFT]);
    let within = c & ((1 << tables::TYPE_SHIFT) - 1);
    let record = tables::TYPE_STAGE2[(block << tables::TYPE_SHIFT) | within];
    &tables::TYPE_RECORDS[usize::from(record)]
}

#[inline]
pub(crate) fn database_record(c: u32) -> &'static DatabaseRecord {
    // U+0378 is unassigned.
    let c = if c > MAX { 0x378 } else { c } as usize;
    let block = usize::from(tables::DATABASE_STAGE1[c >> tables::DATABASE_SHIFT]);
    let within = c & ((1 << tables::DATABASE_SHIFT) - 1);
    let record = tables::DATABASE_STAGE2[(block << tables::DATABASE_SHIFT) | within];
    &tables::DATABASE_RECORDS[usize::from(record)]
}

#[inline]
fn has(c: u32, flag: u32) -> bool {
    type_record(c).flags & flag != 0
}

/// `unicodedata.category`, such as `"Lu"`.
pub fn category(c: u32) -> &'static str {
    tables::CATEGORY_NAMES[usize::from(database_record(c).category)]
}

/// `unicodedata.bidirectional`, such as `"AL"`; empty for none.
pub fn bidirectional(c: u32) -> &'static str {
    tables::BIDIRECTIONAL_NAMES[usize::from(database_record(c).bidirectional)]
}

/// `unicodedata.combining`: the canonical combining class.
#[inline]
pub fn combining(c: u32) -> u8 {
    database_record(c).combining
}

/// `unicodedata.east_asian_width`, such as `"W"`.
pub fn east_asian_width(c: u32) -> &'static str {
    tables::EAST_ASIAN_WIDTH_NAMES[usize::from(database_record(c).east_asian_width)]
}

/// `unicodedata.mirrored`.
pub fn is_mirrored(c: u32) -> bool {
    database_record(c).mirrored
}

/// `unicodedata.decimal`: the value of a decimal digit, as `int()` and `float()` accept it.
#[inline]
pub fn decimal(c: u32) -> Option<u8> {
    none_if_255(type_record(c).decimal)
}

/// `unicodedata.digit`.
pub fn digit(c: u32) -> Option<u8> {
    none_if_255(type_record(c).digit)
}

/// `unicodedata.numeric`.
pub fn numeric(c: u32) -> Option<f64> {
    match type_record(c).numeric {
        0 => None,
        index => Some(tables::NUMERIC_VALUES[usize::from(index)]),
    }
}

fn none_if_255(value: u8) -> Option<u8> {
    if value == 255 { None } else { Some(value) }
}

/// `str.isalpha` of one character.
#[inline]
pub fn is_alpha(c: u32) -> bool {
    has(c, tables::ALPHA)
}

/// `str.isalnum` of one character.
#[inline]
pub fn is_alnum(c: u32) -> bool {
    has(
        c,
        tables::ALPHA | tables::DECIMAL | tables::DIGIT | tables::NUMERIC,
    )
}

/// `str.isdecimal` of one character.
#[inline]
pub fn is_decimal(c: u32) -> bool {
    has(c, tables::DECIMAL)
}

/// `str.isdigit` of one character.
#[inline]
pub fn is_digit(c: u32) -> bool {
    has(c, tables::DIGIT)
}

/// `str.isnumeric` of one character.
#[inline]
pub fn is_numeric(c: u32) -> bool {
    has(c, tables::NUMERIC)
}

/// `str.islower` of one character.
#[inline]
pub fn is_lower(c: u32) -> bool {
    has(c, tables::LOWER)
}

/// `str.isupper` of one character.
#[inline]
pub fn is_upper(c: u32) -> bool {
    has(c, tables::UPPER)
}

/// Whether the character is a titlecase letter (category Lt).
#[inline]
pub fn is_title(c: u32) -> bool {
    has(c, tables::TITLE)
}

/// Whether the character is cased: upper, lower or title case, or with a mapping to one.
#[inline]
pub fn is_cased(c: u32) -> bool {
    has(c, tables::CASED)
}

/// Whether the final sigma rule looks through the character.
#[inline]
pub fn is_case_ignorable(c: u32) -> bool {
    has(c, tables::CASE_IGNORABLE)
}

/// `str.isspace` of one character.
#[inline]
pub fn is_space(c: u32) -> bool {
    if c < 128 {
        matches!(c, 9..=13 | 28..=32)
    } else {
        has(c, tables::SPACE)
    }
}

/// Whether `str.splitlines` breaks after the character.
#[inline]
pub fn is_line_break(c: u32) -> bool {
    if c < 128 {
        matches!(c, 10..=13 | 28..=30)
    } else {
        has(c, tables::LINE_BREAK)
    }
}

/// `str.isprintable` of one character: whether `repr` shows it as it is.
#[inline]
pub fn is_printable(c: u32) -> bool {
    if c < 128 {
        matches!(c, 32..=126)
    } else {
        has(c, tables::PRINTABLE)
    }
}

/// Whether the character may start an identifier (XID_Start or an underscore).
#[inline]
pub fn is_xid_start(c: u32) -> bool {
    has(c, tables::XID_START)
}

/// Whether the character may continue an identifier (XID_Continue).
#[inline]
pub fn is_xid_continue(c: u32) -> bool {
    has(c, tables::XID_CONTINUE)
}

/// `str.isidentifier` of a whole text.
pub fn is_identifier(text: impl IntoIterator<Item = u32>) -> bool {
    let mut characters = text.into_iter();
    characters.next().is_some_and(is_xid_start) && characters.all(is_xid_continue)
}

/// `_PyUnicode_TransformDecimalAndSpaceToASCII`: what the parsers of numbers read. Decimal digits of any script become ASCII
/// ones and white space becomes spaces; at any other character beyond ASCII the text ends with a question mark.
pub fn decimal_and_space_to_ascii(text: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let mut out = Vec::new();
    for c in text {
        if c < 127 {
            out.push(c as u8);
        } else if is_space(c) {
            out.push(b' ');
        } else if let Some(digit) = decimal(c) {
            out.push(b'0' + digit);
        } else {
            out.push(b'?');
            break;
        }
    }
    out
}

/// Index of the decomposition in `DECOMPOSITION_DATA`, or 0.
#[inline]
pub(crate) fn decomposition_index(c: u32) -> usize {
    let c = if c > MAX { 0 } else { c } as usize;
    let block = usize::from(tables::DECOMPOSITION_STAGE1[c >> tables::DECOMPOSITION_SHIFT]);
    let within = c & ((1 << tables::DECOMPOSITION_SHIFT) - 1);
    usize::from(tables::DECOMPOSITION_STAGE2[(block << tables::DECOMPOSITION_SHIFT) | within])
}

/// The tag (empty if canonical) and the characters of a decomposition, not applied recursively; Hangul syllables, which
/// decompose by arithmetic, have none here.
pub(crate) fn decomposition_record(
    c: u32,
) -> Option<(&'static str, impl Iterator<Item = u32> + Clone)> {
    let index = decomposition_index(c);
    if index == 0 {
        return None;
    }
    let header = tables::DECOMPOSITION_DATA[index];
    let units = &tables::DECOMPOSITION_DATA[index + 1..index + 1 + usize::from(header & 0xff)];
    let characters = char::decode_utf16(units.iter().copied()).map(|c| c.map_or(0xfffd, u32::from));
    Some((
        tables::DECOMPOSITION_TAGS[usize::from(header >> 8)],
        characters,
    ))
}

/// `unicodedata.decomposition`: the tag and the characters in hexadecimal, separated by spaces; empty for none.
pub fn decomposition(c: u32) -> String {
    let Some((tag, characters)) = decomposition_record(c) else {
        return String::new();
    };
    let mut parts: Vec<String> = Vec::new();
    if !tag.is_empty() {
        parts.push(tag.to_owned());
    }
    parts.extend(characters.map(|c| format!("{c:04X}")));
    parts.join(" ")
}

#[cfg(test)]
mod tests;
