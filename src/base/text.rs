//! Text as Python stores it: runs of code units of one, two or four bytes, each unit a whole character (PEP 393).
//!
//! A `str` with all characters below U+0100 is latin-1 bytes, below U+10000 two-byte units, else four-byte units; a text
//! is always in the narrowest form, so equal texts have equal storage. Lone surrogates are ordinary characters. Algorithms
//! are generic over [`Unit`] and work on plain slices; [`TextRef`] is the borrowed sum of the three and [`TextBuilder`]
//! grows from narrow to wide as characters demand.
//!
//! CPython 3.11: Objects/unicodeobject.c and Objects/stringlib/.

pub mod escape;
pub mod find;
pub mod narrow;
pub mod quote;
pub mod split;
pub mod utf16;
pub mod utf7;
pub mod utf8;

use std::cmp::Ordering;

/// A code unit: one character in the storage of a `str`.
pub trait Unit: Copy + Eq + Ord + Into<u32> + Default + std::fmt::Debug + 'static {
    /// The largest character the unit can hold.
    const MAX: u32;

    /// The unit of a character that fits; others are cut off.
    fn from_char(c: u32) -> Self;

    /// The same slice if units are bytes, for the searches that exist only for bytes.
    fn as_bytes(units: &[Self]) -> Option<&[u8]>;

    /// The sum type over these units.
    fn as_text(units: &[Self]) -> TextRef<'_>;

    /// The character.
    #[inline]
    fn to_char(self) -> u32 {
        self.into()
    }
}

impl Unit for u8 {
    const MAX: u32 = 0xff;
    #[inline]
    fn from_char(c: u32) -> u8 {
        c as u8
    }
    #[inline]
    fn as_bytes(units: &[u8]) -> Option<&[u8]> {
        Some(units)
    }
    fn as_text(units: &[u8]) -> TextRef<'_> {
        TextRef::Latin1(units)
    }
}

impl Unit for u16 {
    const MAX: u32 = 0xffff;
    #[inline]
    fn from_char(c: u32) -> u16 {
        c as u16
    }
    #[inline]
    fn as_bytes(_: &[u16]) -> Option<&[u8]> {
        None
    }
    fn as_text(units: &[u16]) -> TextRef<'_> {
        TextRef::Ucs2(units)
    }
}

impl Unit for u32 {
    const MAX: u32 = 0x10ffff;
    #[inline]
    fn from_char(c: u32) -> u32 {
        c
    }
    #[inline]
    fn as_bytes(_: &[u32]) -> Option<&[u8]> {
        None
    }
    fn as_text(units: &[u32]) -> TextRef<'_> {
        TextRef::Ucs4(units)
    }
}

/// Where and why an encoder or decoder stopped: what a `UnicodeEncodeError` or `UnicodeDecodeError` says.
///
/// Positions are characters for encoders, bytes for decoders. The output holds everything before `start`; after asking an
/// error handler the caller appends the replacement and goes on at the position the handler gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodecError {
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

/// Borrowed text of any width.
#[derive(Clone, Copy, Debug)]
pub enum TextRef<'a> {
    Latin1(&'a [u8]),
    Ucs2(&'a [u16]),
    Ucs4(&'a [u32]),
}

/// Evaluate an expression with the units of a [`TextRef`] bound to a name, once per width.
#[macro_export]
macro_rules! with_units {
    ($text:expr, |$units:ident| $body:expr) => {
        match $text {
            $crate::text::TextRef::Latin1($units) => $body,
            $crate::text::TextRef::Ucs2($units) => $body,
            $crate::text::TextRef::Ucs4($units) => $body,
        }
    };
}

impl<'a> TextRef<'a> {
    /// Number of characters.
    #[inline]
    pub fn len(self) -> usize {
        with_units!(self, |units| units.len())
    }

    /// Whether there are no characters.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The character at `index`, which must be in range.
    #[inline]
    pub fn char_at(self, index: usize) -> u32 {
        with_units!(self, |units| units[index].to_char())
    }

    /// The characters from `start` to `end`, which must be in range.
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> TextRef<'a> {
        match self {
            TextRef::Latin1(units) => TextRef::Latin1(&units[start..end]),
            TextRef::Ucs2(units) => TextRef::Ucs2(&units[start..end]),
            TextRef::Ucs4(units) => TextRef::Ucs4(&units[start..end]),
        }
    }

    /// The characters in order.
    pub fn chars(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + 'a {
        (0..self.len()).map(move |i| self.char_at(i))
    }

    /// Whether every character is below U+0080.
    #[inline]
    pub fn is_ascii(self) -> bool {
        match self {
            TextRef::Latin1(units) => units.is_ascii(),
            TextRef::Ucs2(units) => units.iter().all(|&u| u < 128),
            TextRef::Ucs4(units) => units.iter().all(|&u| u < 128),
        }
    }

    /// The largest character, rounded up to the class it falls in: 0x7f, 0xff, 0xffff or 0x10ffff.
    pub fn max_char_class(self) -> u32 {
        with_units!(self, |units| max_char_class(units))
    }

    /// Order by characters, as `str` compares.
    pub fn compare(self, other: TextRef<'_>) -> Ordering {
        with_units!(self, |left| with_units!(other, |right| compare_units(
            left, right
        )))
    }

    /// Equality by characters, for texts of any width.
    pub fn equals(self, other: TextRef<'_>) -> bool {
        self.len() == other.len() && self.compare(other) == Ordering::Equal
    }

    /// An owned copy in the narrowest form.
    pub fn to_text(self) -> Text {
        with_units!(self, |units| Text::from_units(units))
    }
}

/// Order two slices of units of possibly different widths by characters.
pub fn compare_units<A: Unit, B: Unit>(left: &[A], right: &[B]) -> Ordering {
    for (&a, &b) in left.iter().zip(right) {
        match a.to_char().cmp(&b.to_char()) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
    }
    left.len().cmp(&right.len())
}

/// The largest character of `units`, rounded up to 0x7f, 0xff, 0xffff or 0x10ffff.
pub fn max_char_class<U: Unit>(units: &[U]) -> u32 {
    if let Some(bytes) = U::as_bytes(units) {
        return if bytes.is_ascii() { 0x7f } else { 0xff };
    }
    // Or-ing whole blocks lets the compiler use vector instructions; the exit per block keeps the common cases short.
    let mut class = 0x7f;
    for block in units.chunks(256) {
        let all = block.iter().fold(0u32, |all, &u| all | u.to_char());
        class = class.max(class_of(all));
        if class >= U::MAX {
            return class;
        }
    }
    class
}

#[inline]
fn class_of(c: u32) -> u32 {
    match c {
        0..=0x7f => 0x7f,
        0x80..=0xff => 0xff,
        0x100..=0xffff => 0xffff,
        _ => 0x10ffff,
    }
}

/// Copy units into another width; every character must fit.
pub fn convert_units<A: Unit, B: Unit>(units: &[A]) -> Vec<B> {
    units.iter().map(|&u| B::from_char(u.to_char())).collect()
}

/// Append units of one width to a vector of another; every character must fit.
#[inline]
pub fn extend_units<A: Unit, B: Unit>(out: &mut Vec<B>, units: &[A]) {
    out.extend(units.iter().map(|&u| B::from_char(u.to_char())));
}

/// Owned text in its narrowest form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    Ascii(Vec<u8>),
    Latin1(Vec<u8>),
    Ucs2(Vec<u16>),
    Ucs4(Vec<u32>),
}

impl Text {
    /// The text of these characters.
    pub fn from_units<U: Unit>(units: &[U]) -> Text {
        match max_char_class(units) {
            0x7f => Text::Ascii(convert_units(units)),
            0xff => Text::Latin1(convert_units(units)),
            0xffff => Text::Ucs2(convert_units(units)),
            _ => Text::Ucs4(convert_units(units)),
        }
    }

    /// Borrow.
    pub fn as_ref(&self) -> TextRef<'_> {
        match self {
            Text::Ascii(units) | Text::Latin1(units) => TextRef::Latin1(units),
            Text::Ucs2(units) => TextRef::Ucs2(units),
            Text::Ucs4(units) => TextRef::Ucs4(units),
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        let mut builder = TextBuilder::with_capacity(text.len());
        builder.push_utf8(text);
        builder.finish()
    }
}

/// Text under construction; as wide as its widest character so far.
#[derive(Clone, Debug)]
pub struct TextBuilder {
    units: Units,
}

#[derive(Clone, Debug)]
enum Units {
    Latin1(Vec<u8>),
    Ucs2(Vec<u16>),
    Ucs4(Vec<u32>),
}

impl Default for TextBuilder {
    fn default() -> TextBuilder {
        TextBuilder::new()
    }
}

impl TextBuilder {
    pub fn new() -> TextBuilder {
        TextBuilder {
            units: Units::Latin1(Vec::new()),
        }
    }

    /// With room for `capacity` narrow characters.
    pub fn with_capacity(capacity: usize) -> TextBuilder {
        TextBuilder {
            units: Units::Latin1(Vec::with_capacity(capacity)),
        }
    }

    /// Number of characters so far.
    pub fn len(&self) -> usize {
        self.as_ref().len()
    }

    /// What was built so far; not necessarily in the narrowest form.
    pub fn as_ref(&self) -> TextRef<'_> {
        match &self.units {
            Units::Latin1(units) => TextRef::Latin1(units),
            Units::Ucs2(units) => TextRef::Ucs2(units),
            Units::Ucs4(units) => TextRef::Ucs4(units),
        }
    }

    /// Drop characters from the end until `length` are left.
    pub fn truncate(&mut self, length: usize) {
        match &mut self.units {
            Units::Latin1(units) => units.truncate(length),
            Units::Ucs2(units) => units.truncate(length),
            Units::Ucs4(units) => units.truncate(length),
        }
    }

    /// Append one character.
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.units {
            Units::Latin1(units) if c <= 0xff => units.push(c as u8),
            Units::Ucs2(units) if c <= 0xffff => units.push(c as u16),
            Units::Ucs4(units) => units.push(c),
            _ => {
                self.widen(c);
                self.push(c);
            }
        }
    }

    /// Append bytes that are latin-1 characters.
    pub fn push_latin1(&mut self, bytes: &[u8]) {
        match &mut self.units {
            Units::Latin1(units) => units.extend_from_slice(bytes),
            Units::Ucs2(units) => extend_units(units, bytes),
            Units::Ucs4(units) => extend_units(units, bytes),
        }
    }

    /// Append a Rust string.
    pub fn push_utf8(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_latin1(text.as_bytes());
        } else {
            text.chars().for_each(|c| self.push(c.into()));
        }
    }

    /// Append a character many times.
    pub fn push_repeated(&mut self, c: u32, count: usize) {
        if count == 0 {
            return;
        }
        self.widen(c);
        match &mut self.units {
            Units::Latin1(units) => units.resize(units.len() + count, c as u8),
            Units::Ucs2(units) => units.resize(units.len() + count, c as u16),
            Units::Ucs4(units) => units.resize(units.len() + count, c),
        }
    }

    /// Make room for more characters (at the present width); `false` if there is not so much memory.
    #[must_use]
    pub fn try_reserve(&mut self, additional: usize) -> bool {
        match &mut self.units {
            Units::Latin1(units) => units.try_reserve(additional).is_ok(),
            Units::Ucs2(units) => units.try_reserve(additional).is_ok(),
            Units::Ucs4(units) => units.try_reserve(additional).is_ok(),
        }
    }

    /// Append text of any width.
    pub fn push_text(&mut self, text: TextRef<'_>) {
        let class = text.max_char_class();
        if class > 0xff {
            self.widen(class);
        }
        match &mut self.units {
            Units::Latin1(units) => with_units!(text, |more| extend_units(units, more)),
            Units::Ucs2(units) => with_units!(text, |more| extend_units(units, more)),
            Units::Ucs4(units) => with_units!(text, |more| extend_units(units, more)),
        }
    }

    /// Append characters none of which is above `class`.
    pub(crate) fn extend_chars(&mut self, class: u32, chars: impl Iterator<Item = char>) {
        if class > 0xff {
            self.widen(class);
        }
        match &mut self.units {
            Units::Latin1(units) => units.extend(chars.map(|c| u32::from(c) as u8)),
            Units::Ucs2(units) => units.extend(chars.map(|c| u32::from(c) as u16)),
            Units::Ucs4(units) => units.extend(chars.map(u32::from)),
        }
    }

    /// Make the storage wide enough for `c`.
    #[cold]
    fn widen(&mut self, c: u32) {
        self.units = match (
            std::mem::replace(&mut self.units, Units::Latin1(Vec::new())),
            c,
        ) {
            (Units::Latin1(units), 0x100..=0xffff) => Units::Ucs2(convert_units(&units)),
            (Units::Latin1(units), 0x10000..) => Units::Ucs4(convert_units(&units)),
            (Units::Ucs2(units), 0x10000..) => Units::Ucs4(convert_units(&units)),
            (units, _) => units,
        };
    }

    /// The text in its narrowest form.
    pub fn finish(self) -> Text {
        match self.units {
            Units::Latin1(units) if units.is_ascii() => Text::Ascii(units),
            Units::Latin1(units) => Text::Latin1(units),
            Units::Ucs2(units) if max_char_class(&units) > 0xff => Text::Ucs2(units),
            Units::Ucs2(units) => Text::from_units(&units),
            Units::Ucs4(units) if max_char_class(&units) > 0xffff => Text::Ucs4(units),
            Units::Ucs4(units) => Text::from_units(&units),
        }
    }
}

#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod tests;
