//! `split`, `rsplit`, `splitlines`, `strip` and `replace` over units; results are ranges, so that the caller chooses how to
//! make objects of them.
//!
//! A negative `maxsplit` means no limit. What counts as whitespace is the caller's: `str` asks Unicode, `bytes` ASCII.
//!
//! CPython 3.11: Objects/stringlib/split.h, partition.h, transmogrify.h, and `replace` in unicodeobject.c.

use std::ops::Range;

use super::Unit;
use super::find::{Finder, find_char, rfind};

/// The limit as a count.
fn limit(maxsplit: isize) -> usize {
    usize::try_from(maxsplit).unwrap_or(usize::MAX)
}

/// `text.split(separator, maxsplit)`; the separator must not be empty.
pub fn split<U: Unit>(text: &[U], separator: &[U], maxsplit: isize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    if let [one] = separator {
        let one = one.to_char();
        while parts.len() < limit(maxsplit) {
            let Some(at) = find_char(&text[from..], one) else {
                break;
            };
            parts.push(from..from + at);
            from += at + 1;
        }
    } else {
        let finder = Finder::new(separator);
        for at in finder.find_iter(text).take(limit(maxsplit)) {
            parts.push(from..at);
            from = at + separator.len();
        }
    }
    parts.push(from..text.len());
    parts
}

/// `text.rsplit(separator, maxsplit)`; the separator must not be empty.
pub fn rsplit<U: Unit>(text: &[U], separator: &[U], maxsplit: isize) -> Vec<Range<usize>> {
    if U::as_bytes(text).is_none() && separator.len() > 1 {
        return rsplit_wide(text, separator, maxsplit);
    }
    let mut parts = Vec::new();
    let mut end = text.len();
    while parts.len() < limit(maxsplit) {
        let Some(at) = rfind(&text[..end], separator) else {
            break;
        };
        parts.push(at + separator.len()..end);
        end = at;
    }
    parts.push(0..end);
    parts.reverse();
    parts
}

/// Splits the reversed text, so that a long separator is prepared once.
fn rsplit_wide<U: Unit>(text: &[U], separator: &[U], maxsplit: isize) -> Vec<Range<usize>> {
    let reversed = |units: &[U]| units.iter().rev().copied().collect::<Vec<U>>();
    let mut parts = split(&reversed(text), &reversed(separator), maxsplit);
    parts.reverse();
    for part in &mut parts {
        *part = text.len() - part.end..text.len() - part.start;
    }
    parts
}

/// `text.split(None, maxsplit)`.
pub fn split_whitespace<U: Unit>(
    text: &[U],
    maxsplit: isize,
    is_space: impl Fn(u32) -> bool,
) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let skip = |from: usize, wanted: bool| {
        text[from..]
            .iter()
            .position(|u| is_space(u.to_char()) != wanted)
            .map(|n| from + n)
    };
    let mut at = 0;
    while let Some(start) = skip(at, true) {
        if parts.len() == limit(maxsplit) {
            // The rest keeps the whitespace at its far end.
            parts.push(start..text.len());
            break;
        }
        let end = skip(start, false).unwrap_or(text.len());
        parts.push(start..end);
        at = end;
    }
    parts
}

/// `text.rsplit(None, maxsplit)`.
pub fn rsplit_whitespace<U: Unit>(
    text: &[U],
    maxsplit: isize,
    is_space: impl Fn(u32) -> bool,
) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let skip = |end: usize, wanted: bool| {
        text[..end]
            .iter()
            .rposition(|u| is_space(u.to_char()) != wanted)
            .map(|n| n + 1)
    };
    let mut at = text.len();
    while let Some(end) = skip(at, true) {
        if parts.len() == limit(maxsplit) {
            parts.push(0..end);
            break;
        }
        let start = skip(end, false).unwrap_or(0);
        parts.push(start..end);
        at = start;
    }
    parts.reverse();
    parts
}

/// `text.splitlines(keepends)`; `\r\n` is one break.
pub fn split_lines<U: Unit>(
    text: &[U],
    keepends: bool,
    is_line_break: impl Fn(u32) -> bool,
) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let found = text[from..].iter().position(|u| is_line_break(u.to_char()));
        let end = found.map_or(text.len(), |n| from + n);
        let next = match text.get(end..) {
            Some([cr, lf, ..]) if cr.to_char() == 13 && lf.to_char() == 10 => end + 2,
            Some([_, ..]) => end + 1,
            _ => end,
        };
        lines.push(from..if keepends { next } else { end });
        from = next;
    }
    lines
}

/// The range left after stripping characters that `is_stripped` from the chosen sides.
pub fn strip<U: Unit>(
    text: &[U],
    left: bool,
    right: bool,
    is_stripped: impl Fn(u32) -> bool,
) -> Range<usize> {
    let kept = |u: &U| !is_stripped(u.to_char());
    let start = if left {
        text.iter().position(kept).unwrap_or(text.len())
    } else {
        0
    };
    let end = if right {
        text[start..]
            .iter()
            .rposition(kept)
            .map_or(start, |n| start + n + 1)
    } else {
        text.len()
    };
    start..end
}

/// A set of characters to strip: a bit mask over the low bits answers most questions.
pub struct StripSet<'a, U: Unit> {
    characters: &'a [U],
    mask: u64,
}

impl<'a, U: Unit> StripSet<'a, U> {
    pub fn new(characters: &'a [U]) -> StripSet<'a, U> {
        let mask = characters
            .iter()
            .fold(0, |mask, u| mask | 1 << (u.to_char() & 63));
        StripSet { characters, mask }
    }

    /// Whether the character is in the set.
    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        self.mask >> (c & 63) & 1 != 0 && find_char(self.characters, c).is_some()
    }
}

/// `text.replace(old, new, maxcount)` where all three have the same width; `None` if nothing was replaced.
pub fn replace<U: Unit>(text: &[U], old: &[U], new: &[U], maxcount: isize) -> Option<Vec<U>> {
    let count_max = limit(maxcount);
    if count_max == 0 || (old.len() > text.len() && !old.is_empty()) || old == new {
        return None;
    }
    if old.is_empty() {
        return Some(interleave(text, new, count_max));
    }
    if let ([from], [to]) = (old, new) {
        return replace_unit(text, *from, *to, count_max);
    }
    let finder = Finder::new(old);
    let mut out = Vec::new();
    let mut from = 0;
    for at in finder.find_iter(text).take(count_max) {
        if from == 0 && out.is_empty() {
            out.reserve(text.len());
        }
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    if from == 0 {
        return None;
    }
    out.extend_from_slice(&text[from..]);
    Some(out)
}

fn replace_unit<U: Unit>(text: &[U], from: U, to: U, count_max: usize) -> Option<Vec<U>> {
    let first = find_char(text, from.to_char())?;
    let mut out = text.to_vec();
    let matches = out[first..].iter_mut().filter(|unit| **unit == from);
    matches.take(count_max).for_each(|unit| *unit = to);
    Some(out)
}

/// `new` before each of the first characters and, if the count allows, at the end.
fn interleave<U: Unit>(text: &[U], new: &[U], count_max: usize) -> Vec<U> {
    let count = count_max.min(text.len() + 1);
    let mut out = Vec::with_capacity(text.len() + count.saturating_mul(new.len()));
    for (i, &unit) in text.iter().enumerate() {
        if i < count {
            out.extend_from_slice(new);
        }
        out.push(unit);
    }
    if count > text.len() {
        out.extend_from_slice(new);
    }
    out
}
