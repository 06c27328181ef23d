//! Identifier characters and NFKC, at the Unicode version of CPython 3.11.
//!
//! CPython 3.11: `_PyUnicode_ScanIdentifier` in `Objects/unicodeobject.c`, `new_identifier` in `Parser/pegen.c`.

use super::ident_tables::{ASSIGNED, CONTINUE, PRINTABLE, START};
use unicode_normalization::UnicodeNormalization;

fn contains(table: &[(u32, u32)], ch: char) -> bool {
    let code = ch as u32;
    table
        .binary_search_by(|&(low, high)| {
            if high < code {
                std::cmp::Ordering::Less
            } else if low > code {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            }
        })
        .is_ok()
}

/// Whether `ch` can start an identifier.
pub fn is_start(ch: char) -> bool {
    if ch.is_ascii() {
        ch.is_ascii_alphabetic() || ch == '_'
    } else {
        contains(&START, ch)
    }
}

/// Whether `ch` can continue an identifier.
pub fn is_continue(ch: char) -> bool {
    if ch.is_ascii() {
        ch.is_ascii_alphanumeric() || ch == '_'
    } else {
        contains(&CONTINUE, ch)
    }
}

/// `str.isprintable` of one character.
pub fn is_printable(ch: char) -> bool {
    if ch.is_ascii() {
        (' '..='~').contains(&ch)
    } else {
        contains(&PRINTABLE, ch)
    }
}

/// Whether the code point is assigned.
pub fn is_assigned(ch: char) -> bool {
    ch.is_ascii() || contains(&ASSIGNED, ch)
}

/// The first character of `text` that does not belong into an identifier: its byte offset.
pub fn invalid_character(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|&(index, ch)| {
        if index == 0 {
            !is_start(ch)
        } else {
            !is_continue(ch)
        }
    })
}

/// The identifier as the compiler sees it.
pub fn normalize(text: &str) -> String {
    text.nfkc().collect()
}
