//! The `{}` markup of `str.format`: literal text and replacement fields, and the parts of a field's name.
//!
//! Everything is given as ranges of characters of the format string, so that nothing is copied; the caller looks values
//! up. `string.Formatter` uses the same two parsers through the module `_string`.
//!
//! CPython 3.11: Objects/stringlib/unicode_format.h.

use std::ops::Range;

use super::FormatError;
use crate::text::TextRef;
use crate::unicode;

/// A replacement field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: Range<usize>,
    /// The character after `!`; 0 if there is none.
    pub conversion: u32,
    pub spec: Range<usize>,
    /// Whether the specification holds fields of its own.
    pub spec_needs_expanding: bool,
}

/// Some literal text (with at most one of two doubled braces) and the field that follows, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub literal: Range<usize>,
    pub field: Option<Field>,
}

/// `MarkupIterator`: the pieces of `text[at..end]`.
pub struct MarkupIterator<'a> {
    text: TextRef<'a>,
    at: usize,
    end: usize,
}

impl<'a> MarkupIterator<'a> {
    /// Over the characters of `range`, which must be within the text.
    pub fn new(text: TextRef<'a>, range: Range<usize>) -> MarkupIterator<'a> {
        MarkupIterator {
            text,
            at: range.start,
            end: range.end,
        }
    }

    /// The next character, if any, which is then passed.
    fn bump(&mut self) -> Option<u8> {
        if self.at >= self.end {
            return None;
        }
        self.at += 1;
        // Only ASCII characters mean anything; others become one that does not.
        Some(u8::try_from(self.text.char_at(self.at - 1)).unwrap_or(0))
    }

    fn peek(&self) -> Option<u8> {
        if self.at >= self.end {
            return None;
        }
        Some(u8::try_from(self.text.char_at(self.at)).unwrap_or(0))
    }

    /// The next piece; `None` at the end.
    pub fn next_piece(&mut self) -> Result<Option<Piece>, FormatError> {
        if self.at >= self.end {
            return Ok(None);
        }
        let start = self.at;
        let brace = loop {
            match self.bump() {
                None => {
                    return Ok(Some(Piece {
                        literal: start..self.end,
                        field: None,
                    }));
                }
                Some(brace @ (b'{' | b'}')) => break brace,
                Some(_) => {}
            }
        };
        if self.peek() == Some(brace) {
            // Doubled: the first belongs to the literal, the second is skipped.
            let literal = start..self.at;
            self.at += 1;
            return Ok(Some(Piece {
                literal,
                field: None,
            }));
        }
        if brace == b'}' {
            return Err(FormatError::value(
                "Single '}' encountered in format string",
            ));
        }
        if self.at >= self.end {
            return Err(FormatError::value(
                "Single '{' encountered in format string",
            ));
        }
        let literal = start..self.at - 1;
        let field = self.parse_field()?;
        Ok(Some(Piece {
            literal,
            field: Some(field),
        }))
    }

    fn parse_field(&mut self) -> Result<Field, FormatError> {
        let start = self.at;
        let terminator = loop {
            match self.bump() {
                None => {
                    return Err(FormatError::value("expected '}' before end of string"));
                }
                Some(b'{') => {
                    return Err(FormatError::value("unexpected '{' in field name"));
                }
                Some(b'[') => {
                    // Up to the bracket, which the loop then passes.
                    while self.peek().is_some_and(|c| c != b']') {
                        self.at += 1;
                    }
                }
                Some(c @ (b'}' | b':' | b'!')) => break c,
                Some(_) => {}
            }
        };
        let name = start..self.at - 1;
        let mut field = Field {
            name,
            conversion: 0,
            spec: 0..0,
            spec_needs_expanding: false,
        };
        if terminator == b'}' {
            return Ok(field);
        }
        if terminator == b'!' {
            if self.at >= self.end {
                let message = "end of string while looking for conversion specifier";
                return Err(FormatError::value(message));
            }
            field.conversion = self.text.char_at(self.at);
            self.at += 1;
            match self.bump() {
                Some(b'}') => return Ok(field),
                Some(b':') | None => {}
                Some(_) => {
                    return Err(FormatError::value(
                        "expected ':' after conversion specifier",
                    ));
                }
            }
        }
        let start = self.at;
        let mut depth = 1;
        while let Some(c) = self.bump() {
            match c {
                b'{' => {
                    field.spec_needs_expanding = true;
                    depth += 1;
                }
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = start..self.at - 1;
                        return Ok(field);
                    }
                }
                _ => {}
            }
        }
        Err(FormatError::value("unmatched '{' in format spec"))
    }
}

/// The error for a conversion other than `r`, `s`, `a`.
#[cold]
pub fn unknown_conversion(conversion: u32) -> FormatError {
    let shown = match char::from_u32(conversion) {
        Some(c) if conversion > 32 && conversion < 127 => c.to_string(),
        _ => format!("\\x{conversion:x}"),
    };
    FormatError::value(&format!("Unknown conversion specifier {shown}"))
}

/// The first part of a field's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstName {
    /// Left out: automatic numbering.
    Empty,
    /// A number.
    Index(usize),
    /// A keyword, as a range of characters.
    Keyword(Range<usize>),
}

/// A further part of a field's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accessor {
    /// `.name`
    Attribute(Range<usize>),
    /// `[12]`
    Index(usize),
    /// `[key]`
    Key(Range<usize>),
}

/// `field_name_split`: the first part of the name, and an iterator over the rest.
pub fn split_field_name(
    text: TextRef<'_>,
    name: Range<usize>,
) -> Result<(FirstName, FieldNameIterator<'_>), FormatError> {
    let is_end = |&i: &usize| matches!(u8::try_from(text.char_at(i)), Ok(b'.' | b'['));
    let end = name.clone().find(is_end).unwrap_or(name.end);
    let first = if end == name.start {
        FirstName::Empty
    } else {
        match parse_index(text, name.start..end)? {
            Some(index) => FirstName::Index(index),
            None => FirstName::Keyword(name.start..end),
        }
    };
    Ok((
        first,
        FieldNameIterator {
            text,
            at: end,
            end: name.end,
        },
    ))
}

/// A number in decimal digits of any script; `None` if there is any other character or none at all.
fn parse_index(text: TextRef<'_>, range: Range<usize>) -> Result<Option<usize>, FormatError> {
    if range.is_empty() {
        return Ok(None);
    }
    let mut value = 0usize;
    for i in range {
        let Some(digit) = unicode::decimal(text.char_at(i)) else {
            return Ok(None);
        };
        let next = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(digit.into()));
        match next.filter(|&v| isize::try_from(v).is_ok()) {
            Some(next) => value = next,
            None => {
                return Err(FormatError::value(
                    "Too many decimal digits in format string",
                ));
            }
        }
    }
    Ok(Some(value))
}

/// The parts of a field's name after the first.
pub struct FieldNameIterator<'a> {
    text: TextRef<'a>,
    at: usize,
    end: usize,
}

impl FieldNameIterator<'_> {
    /// The next part; `None` at the end.
    pub fn next_part(&mut self) -> Result<Option<Accessor>, FormatError> {
        if self.at >= self.end {
            return Ok(None);
        }
        let opener = u8::try_from(self.text.char_at(self.at)).unwrap_or(0);
        let start = self.at + 1;
        let find =
            |wanted: fn(u32) -> bool| (start..self.end).find(|&i| wanted(self.text.char_at(i)));
        let (range, part) = match opener {
            b'.' => {
                let end = find(|c| c == 0x2e || c == 0x5b).unwrap_or(self.end);
                self.at = end;
                (start..end, Accessor::Attribute(start..end))
            }
            b'[' => {
                let end = find(|c| c == 0x5d)
                    .ok_or_else(|| FormatError::value("Missing ']' in format string"))?;
                self.at = end + 1;
                let index = parse_index(self.text, start..end)?;
                (
                    start..end,
                    index.map_or(Accessor::Key(start..end), Accessor::Index),
                )
            }
            _ => {
                let message = "Only '.' or '[' may follow ']' in format field specifier";
                return Err(FormatError::value(message));
            }
        };
        if range.is_empty() {
            return Err(FormatError::value("Empty attribute in format string"));
        }
        Ok(Some(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    /// The pieces as `_string.formatter_parser` and `formatter_field_name_split` would show them.
    fn show(text: &str) -> Result<String, String> {
        let part = |range: &Range<usize>| text[range.clone()].to_owned();
        let owned = Text::from(text);
        let text_ref = owned.as_ref();
        let message = |error: FormatError| {
            error
                .message
                .as_ref()
                .chars()
                .filter_map(char::from_u32)
                .collect::<String>()
        };
        let mut iterator = MarkupIterator::new(text_ref, 0..text_ref.len());
        let mut out = String::new();
        while let Some(piece) = iterator.next_piece().map_err(message)? {
            out.push_str(&format!("<{}>", part(&piece.literal)));
            let Some(field) = piece.field else { continue };
            let conversion = char::from_u32(field.conversion).filter(|&c| c != '\0');
            let conversion = conversion.map_or(String::new(), String::from);
            out.push_str(&format!(
                "{}!{conversion}:{}",
                part(&field.name),
                part(&field.spec)
            ));
            let (first, mut rest) = split_field_name(text_ref, field.name).map_err(message)?;
            match first {
                FirstName::Empty => out.push('|'),
                FirstName::Index(index) => out.push_str(&format!("|{index}")),
                FirstName::Keyword(range) => out.push_str(&format!("|{}", part(&range))),
            }
            while let Some(accessor) = rest.next_part().map_err(message)? {
                match accessor {
                    Accessor::Attribute(range) => out.push_str(&format!("|.{}", part(&range))),
                    Accessor::Index(index) => out.push_str(&format!("|[{index}")),
                    Accessor::Key(range) => out.push_str(&format!("|[{}", part(&range))),
                }
            }
        }
        Ok(out)
    }

    #[test]
    fn markup_of_recorded_strings() {
        #[rustfmt::skip]
        let cases = [
            ("", Ok("")),
            ("abc", Ok("<abc>")),
            ("{}", Ok("<>!:|")),
            ("a{}b", Ok("<a>!:|<b>")),
            ("{{", Ok("<{>")),
            ("}}", Ok("<}>")),
            ("a{{b}}c", Ok("<a{><b}><c>")),
            ("{", Err("Single '{' encountered in format string")),
            ("}", Err("Single '}' encountered in format string")),
            ("a{", Err("Single '{' encountered in format string")),
            ("a}", Err("Single '}' encountered in format string")),
            ("{a", Err("expected '}' before end of string")),
            ("{a}", Ok("<>a!:|a")),
            ("{0}", Ok("<>0!:|0")),
            ("{0!r}", Ok("<>0!r:|0")),
            ("{0!r:>5}", Ok("<>0!r:>5|0")),
            ("{:{}}", Ok("<>!:{}|")),
            ("{:{a}{b}}", Ok("<>!:{a}{b}|")),
            ("{:{", Err("unmatched '{' in format spec")),
            ("{!", Err("end of string while looking for conversion specifier")),
            ("{!r", Err("unmatched '{' in format spec")),
            ("{!rx}", Err("expected ':' after conversion specifier")),
            ("{!}", Err("unmatched '{' in format spec")),
            ("{a.b}", Ok("<>a.b!:|a|.b")),
            ("{a[0]}", Ok("<>a[0]!:|a|[0")),
            ("{a[b].c[1]}", Ok("<>a[b].c[1]!:|a|[b|.c|[1")),
            ("{a.}", Err("Empty attribute in format string")),
            ("{a[]}", Err("Empty attribute in format string")),
            ("{a[0}", Err("expected '}' before end of string")),
            ("{a[0]b}", Err("Only '.' or '[' may follow ']' in format field specifier")),
            ("{.x}", Ok("<>.x!:||.x")),
            ("{[0]}", Ok("<>[0]!:||[0")),
            ("{a{b}}", Err("unexpected '{' in field name")),
            ("{a[{]}", Ok("<>a[{]!:|a|[{")),
            ("{a[}]}", Ok("<>a[}]!:|a|[}")),
            ("{0:x}y{1}z", Ok("<>0!:x|0<y>1!:|1<z>")),
            ("{99999999999999999999}", Err("Too many decimal digits in format string")),
            ("{a[99999999999999999999]}", Err("Too many decimal digits in format string")),
            ("{a:b!c}", Ok("<>a!:b!c|a")),
            ("{a!:x}", Err("expected ':' after conversion specifier")),
            ("{a b}", Ok("<>a b!:|a b")),
            ("{-1}", Ok("<>-1!:|-1")),
            ("{01}", Ok("<>01!:|1")),
            ("{a[-1]}", Ok("<>a[-1]!:|a|[-1")),
            ("{a[ 1]}", Ok("<>a[ 1]!:|a|[ 1")),
            ("{}}", Err("Single '}' encountered in format string")),
            ("{{}", Err("Single '}' encountered in format string")),
            ("{a[", Err("expected '}' before end of string")),
            ("{:}", Ok("<>!:|")),
            ("{a..b}", Err("Empty attribute in format string")),
            ("{!r:{x}}", Ok("<>!r:{x}|")),
            ("{a[b]]}", Err("Only '.' or '[' may follow ']' in format field specifier")),
            ("x{y}{{{z}}}", Ok("<x>y!:|y<{><>z!:|z<}>")),
        ];
        for (text, expected) in cases {
            assert_eq!(
                show(text),
                expected.map(str::to_owned).map_err(str::to_owned),
                "{text:?}"
            );
        }
    }
}
