//! Identifier characters and NFKC, at the Unicode version of CPython 3.11.
//!
//! CPython 3.11: `_PyUnicode_ScanIdentifier` in `Objects/unicodeobject.c`, `new_identifier` in `Parser/pegen.c`.

use base::unicode::normalize::{self, Form};
use base::unicode::{is_xid_continue, is_xid_start};

/// The first character of `text` that does not belong into an identifier, and its byte offset.
pub fn invalid_character(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|&(index, ch)| {
        if index == 0 {
            !is_xid_start(ch as u32)
        } else {
            !is_xid_continue(ch as u32)
        }
    })
}

/// The identifier as the compiler sees it.
pub fn normalize(text: &str) -> String {
    let codes: Vec<u32> = text.chars().map(|ch| ch as u32).collect();
    let normalized = normalize::normalize(&codes, Form::Nfkc);
    normalized.into_iter().filter_map(char::from_u32).collect()
}
